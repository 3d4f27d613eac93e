#include "config/settings_table.h"

#include <nlohmann/json.hpp>

#include "config/quantity.h"

namespace config {

void SettingsReader::Bool(SettingKey key, bool& value) { reader_.Bool(key.name, value); }

void SettingsReader::Integer64(SettingKey key, Range<std::int64_t> range, std::int64_t& value) {
  reader_.Integer(key.name, range, value);
}

void SettingsReader::Duration(SettingKey key, Range<std::chrono::milliseconds> range,
                              std::chrono::milliseconds& value) {
  reader_.Duration(key.name, range, value);
}

void SettingsReader::Size(SettingKey key, Range<std::uint64_t> range, std::uint64_t& value) {
  reader_.Size(key.name, range, value);
}

void SettingsReader::String(SettingKey key, std::string& value, const Check& check) {
  if (reader_.String(key.name, value)) check(reader_, object_);
}

void SettingsReader::Strings(SettingKey key, std::vector<std::string>& value, const Check& check) {
  if (reader_.Strings(key.name, value)) check(reader_, object_);
}

void SettingsReader::Object(SettingKey key,
                            const std::function<void(SettingsTable& inner)>& describe) {
  const Node* const node = reader_.Object(key.name);
  if (node == nullptr) return;
  ObjectReader reader(document_, *node, problems_);
  SettingsReader inner(document_, *node, reader, problems_);
  describe(inner);
  reader.Finish();
}

void SettingsReader::Condition(const std::function<void(ObjectReader& reader)>& check) {
  check(reader_);
}

void SettingsWriter::Bool(SettingKey key, bool& value) {
  lines_.push_back({key.name, value ? "true" : "false", key.effective});
}

void SettingsWriter::Integer64(SettingKey key, Range<std::int64_t> /*range*/, std::int64_t& value) {
  lines_.push_back({key.name, std::to_string(value), key.effective});
}

void SettingsWriter::Duration(SettingKey key, Range<std::chrono::milliseconds> /*range*/,
                              std::chrono::milliseconds& value) {
  lines_.push_back({key.name, '"' + FormatDuration(value) + '"', key.effective});
}

void SettingsWriter::Size(SettingKey key, Range<std::uint64_t> /*range*/, std::uint64_t& value) {
  lines_.push_back({key.name, '"' + FormatSize(value) + '"', key.effective});
}

void SettingsWriter::String(SettingKey key, std::string& value, const Check& /*check*/) {
  lines_.push_back({key.name, nlohmann::json(value).dump(), key.effective});
}

void SettingsWriter::Strings(SettingKey key, std::vector<std::string>& value,
                             const Check& /*check*/) {
  lines_.push_back({key.name, nlohmann::json(value).dump(), key.effective});
}

void SettingsWriter::Object(SettingKey key,
                            const std::function<void(SettingsTable& inner)>& describe) {
  SettingsWriter inner(depth_ + 1);
  describe(inner);
  lines_.push_back({key.name, inner.Text(), key.effective});
}

void SettingsWriter::Condition(const std::function<void(ObjectReader& reader)>& /*check*/) {}

std::string SettingsWriter::Text() const {
  const std::string indent(static_cast<std::size_t>(depth_) * 2, ' ');
  std::string text = "{";
  for (const Line& line : lines_) {
    text += text.size() == 1 ? "\n" : ",\n";
    text += indent + "  \"" + line.key + "\": " + line.value;
  }
  return text + "\n" + indent + "}";
}

}  // namespace config
