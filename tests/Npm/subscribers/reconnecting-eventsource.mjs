// A browser has an EventSource, which this package needs; here it is the one of `eventsource`, as the package's own message for node says.
import { EventSource } from 'eventsource';
import ReconnectingEventSource from 'reconnecting-eventsource';
import { opened, received, url } from './report.mjs';

const source = new ReconnectingEventSource(url, { eventSourceClass: EventSource, max_retry_time: 200 });
source.onopen = opened;
for (const type of ['message', 'missedevents']) {
  source.addEventListener(type, (event) => received(event.type, event.data, event.lastEventId));
}
