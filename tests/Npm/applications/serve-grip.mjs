// An application that holds streams and responses with GRIP, and publishes to them, as the packages have it.
import http from 'node:http';
import { Channel, HttpResponseFormat, HttpStreamFormat } from '@fanoutio/grip';
import { ServeGrip } from '@fanoutio/serve-grip';

const [port, controlUri, key] = process.argv.slice(2);
const serveGrip = new ServeGrip({ grip: { control_uri: controlUri, key, verify_key: key }, gripProxyRequired: true });
const publisher = serveGrip.getPublisher();

const routes = {
  '/stream': (url, res) => {
    const instruct = res.grip.startInstruct();
    instruct.addChannel(new Channel('room', url.searchParams.get('prev')));
    instruct.setHoldStream();
    instruct.setKeepAlive('~\n', 1);
    res.writeHead(200, { 'Content-Type': 'text/plain', 'X-Own': '1' });
    res.end('[open]\n');
  },
  '/poll': (url, res) => {
    const instruct = res.grip.startInstruct();
    instruct.addChannel(new Channel('room', url.searchParams.get('prev')));
    instruct.setHoldLongPoll(Number(url.searchParams.get('seconds')));
    res.writeHead(200, { 'Content-Type': 'text/plain' });
    res.end('nothing\n');
  },
  '/send': async (url, res) => {
    const id = url.searchParams.get('id');
    await publisher.publishHttpStream('room', new HttpStreamFormat(url.searchParams.get('text')), ...(id ? [id] : []));
    res.end('sent');
  },
  '/send-binary': async (url, res) => {
    await publisher.publishHttpStream('room', new HttpStreamFormat(new Uint8Array([0, 255, 10])));
    res.end('sent');
  },
  '/close': async (url, res) => {
    await publisher.publishHttpStream('room', new HttpStreamFormat(null, true));
    res.end('closed');
  },
  '/respond': async (url, res) => {
    const id = url.searchParams.get('id');
    const answer = new HttpResponseFormat({ code: 202, reason: 'Own Words', headers: { 'X-Answer': 'yes' }, body: url.searchParams.get('text') });
    await publisher.publishHttpResponse('room', answer, ...(id ? [id] : []));
    res.end('sent');
  },
};

http.createServer(async (req, res) => {
  try {
    if (await serveGrip.run(req, res)) {
      const url = new URL(req.url, 'http://localhost');
      await routes[url.pathname](url, res);
    }
  } catch (error) {
    res.statusCode = 500;
    res.end(String(error));
  }
}).listen(Number(port), '127.0.0.1', () => console.log('ready'));
