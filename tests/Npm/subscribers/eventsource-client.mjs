import { createEventSource } from 'eventsource-client';
import { opened, received, url } from './report.mjs';

createEventSource({
  url,
  onConnect: opened,
  onMessage: ({ event, data, id }) => received(event, data, id),
});
