# What Capistrano does through SSHKit. Arguments: PORT, USER, the file of the private key, the known_hosts file.
require 'sshkit'
require 'sshkit/dsl'
include SSHKit::DSL

port, user, key, known_hosts = ARGV
SSHKit.config.output_verbosity = Logger::FATAL
SSHKit::Backend::Netssh.configure do |ssh|
  ssh.ssh_options = { port: port.to_i, user: user, keys: [key], keys_only: true, use_agent: false, config: false,
                      non_interactive: true, verify_host_key: :always, user_known_hosts_file: known_hosts,
                      global_known_hosts_file: '/dev/null' }
end
$stdout.sync = true

on '127.0.0.1' do
  puts "capture #{capture(:echo, 'hello')}"
  puts "test #{test(:true)} #{test(:false)}"
  begin
    execute :sh, "-c 'echo because >&2; exit 3'"
  rescue SSHKit::Command::Failed => e
    puts "failed #{e.message.lines.map(&:strip).join('|')}"
  end
  # Between two commands it reads nothing: the pool keeps the connection.
  puts 'idle'
  $stdin.gets
  puts "again #{capture(:echo, 'hello')}"
end
