#pragma once
#include <imgui.h>

#include <string>
#include <string_view>
#include <vector>

namespace headwise {

/// A button, field, window ... as Dear ImGui drew it; in logical pixels.
struct Item {
  ImGuiID id = 0;
  ImGuiID window = 0;
  std::string label;        // what is on it; after ## what is not shown; empty where Dear ImGui says nothing of it
  ImVec2 low, high;         // its box
  ImVec2 clip_low, clip_high;  // what of its window can be seen
  bool takes_text = false;  // scrolls what is typed into it

  /// What of the label is shown.
  std::string_view shown() const { return std::string_view(label).substr(0, label.find("##")); }
};

/// Every item of the last frame, by Dear ImGui's hooks for a test engine (IMGUI_ENABLE_TEST_ENGINE).
/// Costs nothing until it is started.
class ItemLog {
 public:
  ItemLog() = default;
  ~ItemLog();
  ItemLog(const ItemLog&) = delete;
  ItemLog& operator=(const ItemLog&) = delete;

  /// From the next item on, in the current context, which has one log at most.
  void start();
  bool is_started() const { return context_ != nullptr; }
  const std::vector<Item>& items() const { return items_; }
  /// The first that can be seen with that label.
  const Item* find(std::string_view label) const;

  // What the hooks call.
  void add(Item item);
  void name(ImGuiID id, const char* label, bool takes_text);

 private:
  ImGuiContext* context_ = nullptr;
  std::vector<Item> items_;
  int frame_ = -1;
};

}  // namespace headwise
