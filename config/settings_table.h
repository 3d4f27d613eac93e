// SettingsTable: declares the keys of a settings file once. A function goes through a table and
// calls it for each key with the key's range and the member that holds the value:
//
//   void Describe(SettingsTable& table, GatewaySettings& settings) {
//     table.Integer("channels", {1, 100}, settings.channels);
//     table.Object("rekey", [&](SettingsTable& inner) {
//       inner.Size("bytes", {1UL << 20, 1UL << 40}, settings.rekey_bytes);
//     });
//   }
//
// SettingsReader reads a file with it, SettingsWriter writes one. The defaults are those of the
// settings' members, and the comments of config/gateway.json explain the keys.
#ifndef ONEOFF_CONFIG_SETTINGS_TABLE_H_
#define ONEOFF_CONFIG_SETTINGS_TABLE_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "config/json_reader.h"

namespace config {

// When a changed value takes effect.
enum class Effective { kForNewConnections, kAtNextStart };

struct SettingKey {
  // NOLINTNEXTLINE(google-explicit-constructor): most keys are a plain name
  SettingKey(const char* key, Effective when = Effective::kForNewConnections)
      : name(key), effective(when) {}

  const char* name;
  Effective effective;
};

class SettingsTable {
 public:
  virtual ~SettingsTable() = default;
  SettingsTable() = default;
  SettingsTable(const SettingsTable&) = delete;
  SettingsTable& operator=(const SettingsTable&) = delete;

  // What a key's value must be beyond its type. Reports each fault to the reader. `object` is the
  // JSON object that has the key.
  using Check = std::function<void(ObjectReader& reader, const Node& object)>;

  virtual void Bool(SettingKey key, bool& value) = 0;
  template <typename T>
  void Integer(SettingKey key, Range<std::int64_t> range, T& value) {
    auto wide = static_cast<std::int64_t>(value);
    Integer64(key, range, wide);
    value = static_cast<T>(wide);
  }
  virtual void Duration(SettingKey key, Range<std::chrono::milliseconds> range,
                        std::chrono::milliseconds& value) = 0;
  virtual void Size(SettingKey key, Range<std::uint64_t> range, std::uint64_t& value) = 0;
  // `check` is called if the file has the key with a value of the right type.
  virtual void String(SettingKey key, std::string& value, const Check& check) = 0;
  virtual void Strings(SettingKey key, std::vector<std::string>& value, const Check& check) = 0;
  // A nested object; `describe` goes through its keys.
  virtual void Object(SettingKey key,
                      const std::function<void(SettingsTable& inner)>& describe) = 0;
  // A condition on several values of this object, after they were read.
  virtual void Condition(const std::function<void(ObjectReader& reader)>& check) = 0;

 protected:
  virtual void Integer64(SettingKey key, Range<std::int64_t> range, std::int64_t& value) = 0;
};

// Sets the members of the keys that the object has; the others keep their values. The caller calls
// ObjectReader::Finish of the outermost object.
class SettingsReader final : public SettingsTable {
 public:
  // `reader` reads `object`, a part of `document`. All of them, and `problems`, outlive this.
  SettingsReader(const Document& document, const Node& object, ObjectReader& reader,
                 Problems& problems)
      : document_(document), object_(object), reader_(reader), problems_(problems) {}

  void Bool(SettingKey key, bool& value) override;
  void Duration(SettingKey key, Range<std::chrono::milliseconds> range,
                std::chrono::milliseconds& value) override;
  void Size(SettingKey key, Range<std::uint64_t> range, std::uint64_t& value) override;
  void String(SettingKey key, std::string& value, const Check& check) override;
  void Strings(SettingKey key, std::vector<std::string>& value, const Check& check) override;
  void Object(SettingKey key, const std::function<void(SettingsTable& inner)>& describe) override;
  void Condition(const std::function<void(ObjectReader& reader)>& check) override;

 protected:
  void Integer64(SettingKey key, Range<std::int64_t> range, std::int64_t& value) override;

 private:
  const Document& document_;
  const Node& object_;
  ObjectReader& reader_;
  Problems& problems_;
};

// Collects the members' values as the lines of a JSON object. It changes no member.
class SettingsWriter final : public SettingsTable {
 public:
  struct Line {
    std::string key;
    std::string value;  // JSON
    Effective effective;
  };

  explicit SettingsWriter(int depth = 0) : depth_(depth) {}

  const std::vector<Line>& lines() const { return lines_; }
  // The object with these lines, without a newline at its end.
  std::string Text() const;

  void Bool(SettingKey key, bool& value) override;
  void Duration(SettingKey key, Range<std::chrono::milliseconds> range,
                std::chrono::milliseconds& value) override;
  void Size(SettingKey key, Range<std::uint64_t> range, std::uint64_t& value) override;
  void String(SettingKey key, std::string& value, const Check& check) override;
  void Strings(SettingKey key, std::vector<std::string>& value, const Check& check) override;
  void Object(SettingKey key, const std::function<void(SettingsTable& inner)>& describe) override;
  void Condition(const std::function<void(ObjectReader& reader)>& check) override;

 protected:
  void Integer64(SettingKey key, Range<std::int64_t> range, std::int64_t& value) override;

 private:
  int depth_;  // of this object in the file; 0: the outermost
  std::vector<Line> lines_;
};

}  // namespace config

#endif  // ONEOFF_CONFIG_SETTINGS_TABLE_H_
