// Publishes 1, 2, 3 and so on in every way the package has, and prints the replies.
import { createClient } from 'redis';

const [port, channel, password, protocol] = process.argv.slice(2);
const login = password ? { username: 'default', password } : {};
const client = createClient({ url: `redis://127.0.0.1:${port}`, RESP: Number(protocol), ...login });
client.on('error', (error) => {
  console.error(error);
  process.exit(1);
});

let number = 0;
const next = () => String(++number);
await client.connect();
const replies = [await client.publish(channel, next()), await client.sPublish(channel, next())];
replies.push(...(await Promise.all(Array.from({ length: 100 }, () => client.publish(channel, next())))));
replies.push(...(await client.multi().publish(channel, next()).publish(channel, next()).exec()));
await client.close();
console.log(JSON.stringify(replies));
