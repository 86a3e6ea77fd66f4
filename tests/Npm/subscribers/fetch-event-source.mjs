// Written for pages: it takes its timers from `window` and watches whether `document` is hidden, which this one never is.
globalThis.window = globalThis;
globalThis.document = { hidden: false, addEventListener() {}, removeEventListener() {} };

const { EventStreamContentType, fetchEventSource } = (await import('@microsoft/fetch-event-source')).default;
const { opened, received, url } = await import('./report.mjs');

await fetchEventSource(url, {
  onopen: async (response) => {
    if (response.headers.get('content-type') !== EventStreamContentType) {
      throw new Error(`not an event stream: ${response.status} ${response.headers.get('content-type')}`);
    }

    opened();
  },
  onmessage: ({ event, data, id }) => {
    // It hands on blocks without data too, which only set the id or are comments.
    if (data !== '') {
      received(event, data, id);
    }
  },
  onclose: () => {
    // It takes the end of a response for the end of everything, unless it is told otherwise.
    throw new Error('the response ended');
  },
});
