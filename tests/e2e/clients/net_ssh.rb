# Drives Net::SSH by the lines that driver.py describes.
require 'base64'
require 'net/ssh'

port, user, key, known_hosts = ARGV
$stdout.sync = true

def text(data)
  data.empty? ? '-' : Base64.strict_encode64(data)
end

def untext(word)
  word == '-' ? ''.b : Base64.strict_decode64(word)
end

def tell(*words)
  puts words.join(' ')
end

session = Net::SSH.start('127.0.0.1', user, port: port.to_i, keys: [key], keys_only: true, use_agent: false,
                         config: false, non_interactive: true, verify_host_key: :always,
                         user_known_hosts_file: known_hosts, global_known_hosts_file: '/dev/null')
tell 'ready'
channels = {}

prepare = lambda do |channel, pty, environment, ask|
  if pty != '-'
    term, columns, rows = pty.split(',')
    channel.request_pty(term: term, chars_wide: columns.to_i, chars_high: rows.to_i)
  end
  if environment != '-'
    environment.split(',').each do |pair|
      name, value = pair.split('=', 2)
      channel.env(name, untext(value))
    end
  end
  ignored = proc {}
  channel.send_channel_request('auth-agent-req@openssh.com', &ignored) if ask == 'agent'
  if ask == 'x11'
    channel.send_channel_request('x11-req', :bool, false, :string, 'MIT-MAGIC-COOKIE-1', :string, 'a' * 32, :long, 0,
                                 &ignored)
  end
end

attach = lambda do |id, channel|
  status = -1
  channel.on_data { |_, data| tell 'out', id, text(data) }
  channel.on_extended_data { |_, _, data| tell 'err', id, text(data) }
  channel.on_request('exit-status') { |_, data| status = data.read_long }
  channel.on_close { tell 'end', id, status }
end

commands = {
  'open' => lambda do |id, kind, name, pty, environment, ask|
    session.open_channel do |channel|
      channels[id] = channel
      prepare.call(channel, pty, environment, ask)
      answered = proc do |_, success|
        attach.call(id, channel) if success
        channel.close unless success
        tell(success ? 'opened' : 'failed', id)
      end
      kind == 'subsystem' ? channel.subsystem(untext(name), &answered) : channel.exec(untext(name), &answered)
    end
  end,
  'data' => ->(id, data) { channels[id].send_data(untext(data)) },
  'eof' => ->(id) { channels[id].eof! },
  'resize' => lambda do |id, columns, rows|
    channels[id].send_channel_request('window-change', :long, columns.to_i, :long, rows.to_i, :long, 0, :long, 0)
  end,
  'signal' => ->(id, name) { channels[id].send_channel_request('signal', :string, name) },
  'local' => lambda do |to|
    channel = session.open_channel('direct-tcpip', :string, '127.0.0.1', :long, to.to_i, :string, '127.0.0.1',
                                   :long, 1) { tell 'granted' }
    channel.on_open_failed { tell 'refused' }
  end,
  'remote' => lambda do
    session.send_global_request('tcpip-forward', :string, '127.0.0.1', :long, 0) do |success, _|
      tell(success ? 'granted' : 'refused')
    end
  end,
  'quit' => -> { session.close; exit 0 }
}

lines = Queue.new
Thread.new do
  $stdin.each_line { |line| lines << line.split }
  lines << ['quit']
end
loop do
  session.process(0.005)
  until lines.empty?
    word, *rest = lines.pop
    commands.fetch(word).call(*rest)
  end
end
