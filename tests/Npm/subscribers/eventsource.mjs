import { EventSource } from 'eventsource';
import { opened, received, url } from './report.mjs';

const source = new EventSource(url);
source.onopen = opened;
for (const type of ['message', 'missedevents']) {
  source.addEventListener(type, (event) => received(event.type, event.data, event.lastEventId));
}
