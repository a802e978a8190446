#include "ui/description.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace headwise {

void Description::heading(std::string text, std::string id) {
  Block block;
  block.kind = Block::Kind::heading;
  block.id = std::move(id);
  block.text = std::move(text);
  blocks.push_back(std::move(block));
}

void Description::text(std::string text, std::string id, bool live) {
  Block block;
  block.id = std::move(id);
  block.text = std::move(text);
  block.live = live;
  blocks.push_back(std::move(block));
}

void Description::button(std::string label, std::string action) {
  Block block;
  block.kind = Block::Kind::button;
  block.text = std::move(label);
  block.action = std::move(action);
  blocks.push_back(std::move(block));
}

void Description::field(std::string label, std::string key, std::string value, std::vector<std::string> options,
                        bool disabled) {
  Block block;
  block.kind = Block::Kind::field;
  block.text = std::move(label);
  block.action = std::move(key);
  block.value = std::move(value);
  block.options = std::move(options);
  block.disabled = disabled;
  blocks.push_back(std::move(block));
}

void Description::command_field(std::string label, std::string key, std::string value, std::string command) {
  field(std::move(label), std::move(key), std::move(value));
  blocks.back().command = std::move(command);
}

Block& Description::table(std::string caption, std::string id) {
  Block block;
  block.kind = Block::Kind::table;
  block.id = std::move(id);
  block.text = std::move(caption);
  blocks.push_back(std::move(block));
  return blocks.back();
}

std::string to_json(const Description& description) {
  static const char* const kinds[] = {"heading", "text", "table", "button", "field"};
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const Block& block : description.blocks) {
    nlohmann::ordered_json json{{"kind", kinds[static_cast<int>(block.kind)]}, {"text", block.text}};
    if (!block.id.empty()) json["id"] = block.id;
    if (block.live) json["live"] = true;
    if (block.kind == Block::Kind::table) {
      json["columns"] = block.columns;
      json["row_headers"] = block.row_headers;
      json["rows"] = block.rows;
    }
    if (!block.action.empty()) json["action"] = block.action;
    if (!block.command.empty()) json["command"] = block.command;
    if (block.kind == Block::Kind::field) {
      json["value"] = block.value;
      json["options"] = block.options;
      json["disabled"] = block.disabled;
    }
    all.push_back(std::move(json));
  }
  return all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace headwise
