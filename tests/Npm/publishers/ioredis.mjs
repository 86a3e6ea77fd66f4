// Publishes 1, 2, 3 and so on in every way the package has, and prints the replies.
import { Redis } from 'ioredis';

const [port, channel, password] = process.argv.slice(2);
const login = password ? { username: 'default', password } : {};
const client = new Redis({ host: '127.0.0.1', port: Number(port), retryStrategy: null, ...login });

let number = 0;
const next = () => String(++number);
const counts = (results) => results.map(([error, count]) => error ?? count);
const replies = [await client.publish(channel, next()), await client.spublish(channel, next())];
replies.push(...(await Promise.all(Array.from({ length: 100 }, () => client.publish(channel, next())))));
replies.push(...counts(await client.pipeline().publish(channel, next()).publish(channel, next()).exec()));
replies.push(...counts(await client.multi().publish(channel, next()).publish(channel, next()).exec()));
await client.quit();
console.log(JSON.stringify(replies));
