#pragma once
#include <imgui.h>

#include <cstdint>
#include <cstring>

namespace headwise {

/// Tells whether a frame would look like the one before, so that it need not be drawn: most do
/// while something plays, and drawing is slow where the graphics card is imitated by the processor.
class SamePicture {
 public:
  bool operator()(const ImDrawData& data) {
    hash_ = 1;
    add(&data.DisplaySize, sizeof data.DisplaySize);
    add(&data.FramebufferScale, sizeof data.FramebufferScale);
    for (const ImDrawList* const list : data.CmdLists) {
      add(list->VtxBuffer.Data, static_cast<std::size_t>(list->VtxBuffer.size_in_bytes()));
      add(list->IdxBuffer.Data, static_cast<std::size_t>(list->IdxBuffer.size_in_bytes()));
      for (const ImDrawCmd& command : list->CmdBuffer) {
        const ImTextureID texture = command.GetTexID();
        add(&command.ClipRect, sizeof command.ClipRect);
        add(&texture, sizeof texture);
        add(&command.ElemCount, sizeof command.ElemCount);
      }
    }
    const bool same = hash_ == last_ && are_settled(data);
    last_ = hash_;
    return same;
  }
  /// The next frame must be drawn.
  void forget() { last_ = 0; }

 private:
  static bool are_settled(const ImDrawData& data) {
    for (const ImTextureData* const texture : *data.Textures) {
      if (texture->Status != ImTextureStatus_OK) return false;
    }
    return true;
  }

  void add(const void* data, std::size_t size) {
    const char* at = static_cast<const char*>(data);
    for (; size >= 8; size -= 8, at += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, at, 8);
      mix(word);
    }
    std::uint64_t rest = size;
    std::memcpy(&rest, at, size);
    mix(rest);
  }
  void mix(std::uint64_t word) {
    hash_ = (hash_ ^ word) * 0x9e3779b97f4a7c15U;
    hash_ ^= hash_ >> 29;
  }

  std::uint64_t hash_ = 0;
  std::uint64_t last_ = 0;
};

}  // namespace headwise
