// Drives npm's ssh2 by the lines that driver.py describes. First argument: where ssh2 is.
'use strict';
const fs = require('fs');
const readline = require('readline');

const [where, port, user, key, knownHosts] = process.argv.slice(2);
const {Client} = require(where);

const text = (data) => data.toString('base64') || '-';
const untext = (word) => (word === '-' ? Buffer.alloc(0) : Buffer.from(word, 'base64'));
const tell = (...words) => process.stdout.write(words.join(' ') + '\n');

const known = fs.readFileSync(knownHosts, 'utf8').split('\n').map((line) => line.split(' ')[2]);
const channels = new Map();
const client = new Client();

function attach(id, stream) {
  let status = -1;
  channels.set(id, stream);
  stream.on('data', (data) => tell('out', id, text(data)));
  stream.stderr.on('data', (data) => tell('err', id, text(data)));
  stream.on('exit', (code) => { status = code; });
  stream.on('close', () => tell('end', id, status));
}

function open(id, kind, name, pty, environment, ask) {
  const opened = (error, stream) => {
    if (error) return tell('failed', id);
    attach(id, stream);
    tell('opened', id);
  };
  if (kind === 'subsystem') return client.subsys(untext(name).toString(), opened);
  const options = {};
  if (pty !== '-') {
    const [term, columns, rows] = pty.split(',');
    options.pty = {term, cols: Number(columns), rows: Number(rows)};
  }
  if (environment !== '-') {
    options.env = Object.fromEntries(environment.split(',').map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), untext(pair.slice(at + 1)).toString()];
    }));
  }
  if (ask === 'agent') options.agentForward = true;
  if (ask === 'x11') options.x11 = true;
  client.exec(untext(name).toString(), options, opened);
}

const commands = {
  open,
  data: (id, data) => channels.get(id).write(untext(data)),
  eof: (id) => channels.get(id).end(),
  resize: (id, columns, rows) => channels.get(id).setWindow(Number(rows), Number(columns), 0, 0),
  signal: (id, name) => channels.get(id).signal(name),
  local: (to) => client.forwardOut('127.0.0.1', 1, '127.0.0.1', Number(to),
                                   (error) => tell(error ? 'refused' : 'granted')),
  remote: () => client.forwardIn('127.0.0.1', 0, (error) => tell(error ? 'refused' : 'granted')),
  quit: () => { client.end(); process.exit(0); },
};

client.on('ready', () => {
  tell('ready');
  readline.createInterface({input: process.stdin}).on('line', (line) => {
    const [word, ...rest] = line.split(' ');
    commands[word](...rest);
  }).on('close', commands.quit);
});
client.on('error', (error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
client.connect({
  host: '127.0.0.1', port: Number(port), username: user, privateKey: fs.readFileSync(key),
  agent: '/nowhere',  // the authentication does not ask it: the key comes first
  authHandler: [{type: 'publickey', username: user, key: fs.readFileSync(key)}],
  hostVerifier: (found) => known.includes(found.toString('base64')),
});
