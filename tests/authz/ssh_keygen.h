// Real keys and signatures, made by ssh-keygen in a folder of their own.
#ifndef ONEOFF_TESTS_AUTHZ_SSH_KEYGEN_H_
#define ONEOFF_TESTS_AUTHZ_SSH_KEYGEN_H_

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "authz/openssl.h"
#include "authz/ssh_data.h"
#include "base/text.h"

namespace authz {

class SshKeygen {
 public:
  SshKeygen() {
    std::string pattern = (std::filesystem::temp_directory_path() / "oneoff-keys-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  SshKeygen(const SshKeygen&) = delete;
  SshKeygen& operator=(const SshKeygen&) = delete;
  ~SshKeygen() { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }
  std::string Read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(Path(name)).rdbuf();
    return text.str();
  }
  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(Path(name)) << text;
    std::filesystem::permissions(
        Path(name), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }

  // What `ssh-keygen ARGUMENTS` prints on stdout; "FAILED" if it fails.
  std::string Run(const std::string& arguments) const {
    const std::string command = "cd " + folder_ + " && ssh-keygen " + arguments + " 2>/dev/null";
    std::FILE* const pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) return "FAILED";
    std::string out;
    for (int byte = 0; (byte = std::fgetc(pipe)) != EOF;) out += static_cast<char>(byte);
    return pclose(pipe) == 0 ? out : "FAILED";
  }

  // A key of `type` in the file `name`: "-t ed25519", "-t rsa -b 2048".
  void Make(const std::string& name, const std::string& type) const {
    Run("-q -N '' -C " + name + " -f " + name + " " + type);
  }
  // The public key's blob.
  std::string Blob(const std::string& name) const {
    const std::string line = Read(name + ".pub");
    const auto words = base::Split(line, ' ');
    return words.size() < 2 ? "" : base::Base64Decode(words[1]).value_or("");
  }

  struct Signature {
    std::string signed_bytes;
    std::string signature;  // string algorithm, string bytes
  };
  // The signature of `name`'s key that `ssh-keygen -Y sign` makes of `message`: PROTOCOL.sshsig.
  Signature Sign(const std::string& name, const std::string& message) const {
    Write("message", message);
    std::filesystem::remove(Path("message.sig"));
    Run("-q -Y sign -n test -f " + name + " message");
    std::string base64;
    std::istringstream armored(Read("message.sig"));
    for (std::string line; std::getline(armored, line);) {
      if (line[0] != '-') base64 += line;
    }
    const std::string bytes = base::Base64Decode(base64).value_or("");
    DataReader reader(bytes);
    reader.Bytes(6);  // SSHSIG
    reader.Uint32();  // version
    reader.String();  // public key
    const std::string space(reader.String());
    reader.String();  // reserved
    const std::string hash(reader.String());
    const std::string signature(reader.String());
    const std::string digest = Digest(hash, message);
    DataWriter writer;
    writer.Bytes("SSHSIG").String(space).String("").String(hash).String(digest);
    return {writer.bytes(), signature};
  }

 private:
  static std::string Digest(const std::string& hash, const std::string& message) {
    std::string digest(64, '\0');
    unsigned size = 0;
    EVP_Digest(message.data(), message.size(), Data(digest), &size,
               hash == "sha256" ? EVP_sha256() : EVP_sha512(), nullptr);
    digest.resize(size);
    return digest;
  }

  std::string folder_;
};

}  // namespace authz

#endif  // ONEOFF_TESTS_AUTHZ_SSH_KEYGEN_H_
