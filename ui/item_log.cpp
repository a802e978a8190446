#include "ui/item_log.hpp"

#include <imgui_internal.h>

#include <algorithm>
#include <utility>

namespace headwise {

ItemLog::~ItemLog() {
  if (context_ == nullptr || context_ != ImGui::GetCurrentContext()) return;
  context_->TestEngineHookItems = false;
  context_->TestEngine = nullptr;
}

void ItemLog::start() {
  context_ = ImGui::GetCurrentContext();
  context_->TestEngine = this;
  context_->TestEngineHookItems = true;
}

const Item* ItemLog::find(std::string_view label) const {
  const auto it = std::find_if(items_.begin(), items_.end(), [label](const Item& item) {
    return item.shown() == label && item.low.x < item.clip_high.x && item.high.x > item.clip_low.x &&
           item.low.y < item.clip_high.y && item.high.y > item.clip_low.y;
  });
  return it == items_.end() ? nullptr : &*it;
}

void ItemLog::add(Item item) {
  if (frame_ != context_->FrameCount) items_.clear();
  frame_ = context_->FrameCount;
  items_.push_back(std::move(item));
}

void ItemLog::name(ImGuiID id, const char* label, bool takes_text) {
  // Dear ImGui names an item after adding it, and what belongs to it in between.
  const auto it = std::find_if(items_.rbegin(), items_.rend(), [id](const Item& item) { return item.id == id; });
  if (it == items_.rend()) return;
  it->label = label;
  it->takes_text = takes_text;
}

}  // namespace headwise

// Called by Dear ImGui, where TestEngineHookItems is set.

void ImGuiTestEngineHook_ItemAdd(ImGuiContext* context, ImGuiID id, const ImRect& box, const ImGuiLastItemData*) {
  const ImGuiWindow& window = *context->CurrentWindow;
  static_cast<headwise::ItemLog*>(context->TestEngine)
      ->add({.id = id,
             .window = window.ID,
             .label = {},
             .low = box.Min,
             .high = box.Max,
             .clip_low = window.ClipRect.Min,
             .clip_high = window.ClipRect.Max});
}

void ImGuiTestEngineHook_ItemInfo(ImGuiContext* context, ImGuiID id, const char* label, ImGuiItemStatusFlags flags) {
  const bool takes_text = (flags & ImGuiItemStatusFlags_Inputable) != 0;
  static_cast<headwise::ItemLog*>(context->TestEngine)->name(id, label, takes_text);
}

void ImGuiTestEngineHook_Log(ImGuiContext*, const char*, ...) {}
