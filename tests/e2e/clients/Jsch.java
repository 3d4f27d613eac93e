// Drives JSch by the lines that driver.py describes.

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.ChannelSubsystem;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

public final class Jsch {
  private static final Map<String, Channel> channels = new HashMap<>();
  private static final Map<String, OutputStream> inputs = new HashMap<>();

  private static String text(byte[] bytes, int from, int size) {
    byte[] part = java.util.Arrays.copyOfRange(bytes, from, from + size);
    return size == 0 ? "-" : Base64.getEncoder().encodeToString(part);
  }

  private static byte[] untext(String word) {
    return word.equals("-") ? new byte[0] : Base64.getDecoder().decode(word);
  }

  private static synchronized void tell(String line) {
    System.out.print(line + "\n");
    System.out.flush();
  }

  /** Tells what is written to it. */
  private static final class Told extends OutputStream {
    private final String prefix;

    Told(String prefix) {
      this.prefix = prefix;
    }

    @Override
    public void write(int single) {
      write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int size) {
      tell(prefix + " " + text(bytes, from, size));
    }
  }

  private static void prepare(ChannelExec channel, String pty, String environment, String ask) {
    if (!pty.equals("-")) {
      String[] parts = pty.split(",");
      channel.setPty(true);
      channel.setPtyType(parts[0], Integer.parseInt(parts[1]), Integer.parseInt(parts[2]), 0, 0);
    }
    if (!environment.equals("-")) {
      for (String pair : environment.split(",")) {
        int at = pair.indexOf('=');
        channel.setEnv(pair.substring(0, at).getBytes(), untext(pair.substring(at + 1)));
      }
    }
    channel.setAgentForwarding(ask.equals("agent"));
    channel.setXForwarding(ask.equals("x11"));
  }

  private static Channel make(Session session, String[] words) throws JSchException {
    String name = new String(untext(words[3]));
    if (words[2].equals("subsystem")) {
      ChannelSubsystem channel = (ChannelSubsystem) session.openChannel("subsystem");
      channel.setSubsystem(name);
      channel.setWantReply(true);
      channel.setErrStream(new Told("err " + words[1]));
      return channel;
    }
    ChannelExec channel = (ChannelExec) session.openChannel("exec");
    channel.setCommand(name);
    prepare(channel, words[4], words[5], words[6]);
    channel.setErrStream(new Told("err " + words[1]));
    return channel;
  }

  private static void open(Session session, String[] words) throws IOException {
    Channel channel;
    try {
      channel = make(session, words);
      channel.setOutputStream(new Told("out " + words[1]));
      OutputStream input = channel.getOutputStream();
      channel.connect(20_000);
      channels.put(words[1], channel);
      inputs.put(words[1], input);
    } catch (JSchException refusal) {
      System.err.println(refusal);
      tell("failed " + words[1]);
      return;
    }
    tell("opened " + words[1]);
    Thread end = new Thread(() -> awaitEnd(words[1], channel));
    end.setDaemon(true);
    end.start();
  }

  /** JSch has no call that waits for this. */
  private static void awaitEnd(String id, Channel channel) {
    try {
      while (!channel.isClosed()) {
        Thread.sleep(5);
      }
      tell("end " + id + " " + channel.getExitStatus());
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean refused(Session session, String[] words) {
    try {
      if (words[0].equals("remote")) {
        session.setPortForwardingR(34567, "127.0.0.1", 22);
      } else {
        Channel channel = session.getStreamForwarder("127.0.0.1", Integer.parseInt(words[1]));
        channel.getInputStream();
        channel.connect(20_000);
      }
      return false;
    } catch (JSchException | IOException refusal) {
      System.err.println(refusal);
      return session.isConnected();
    }
  }

  private static void act(Session session, String[] words) throws Exception {
    switch (words[0]) {
      case "open":
        open(session, words);
        break;
      case "data":
        inputs.get(words[1]).write(untext(words[2]));
        inputs.get(words[1]).flush();
        break;
      case "eof":
        inputs.get(words[1]).close();
        break;
      case "resize":
        ((ChannelExec) channels.get(words[1]))
            .setPtySize(Integer.parseInt(words[2]), Integer.parseInt(words[3]), 0, 0);
        break;
      case "signal":
        channels.get(words[1]).sendSignal(words[2]);
        break;
      default:
        tell(refused(session, words) ? "refused" : "granted");
    }
  }

  public static void main(String[] arguments) throws Exception {
    JSch jsch = new JSch();
    jsch.setKnownHosts(arguments[3]);
    jsch.addIdentity(arguments[2]);
    Session session = jsch.getSession(arguments[1], "127.0.0.1", Integer.parseInt(arguments[0]));
    session.setConfig("PreferredAuthentications", "publickey");
    session.setConfig("server_host_key", "ecdsa-sha2-nistp256");
    session.connect(20_000);
    tell("ready");
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line = lines.readLine(); line != null && !line.equals("quit"); line = lines.readLine()) {
      act(session, line.split(" "));
    }
    session.disconnect();
    System.exit(0);
  }
}
