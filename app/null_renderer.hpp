#pragma once
#include <imgui.h>

#include <utility>
#include <vector>

namespace headwise {

/// Stands in for a renderer that is not there: after a frame, every texture is as it should be.
inline void accept_textures() {
  for (ImTextureData* const texture : ImGui::GetPlatformIO().Textures) {
    if (texture->Status == ImTextureStatus_WantCreate) texture->SetTexID(1);
    if (texture->Status == ImTextureStatus_WantDestroy) {
      texture->SetTexID(ImTextureID_Invalid);
      texture->SetStatus(ImTextureStatus_Destroyed);
    } else {
      texture->SetStatus(ImTextureStatus_OK);
    }
  }
}

/// Forgets every texture, so that the next frame makes them anew or the context can be destroyed.
inline void forget_textures() {
  for (ImTextureData* const texture : ImGui::GetPlatformIO().Textures) {
    texture->SetTexID(ImTextureID_Invalid);
    texture->SetStatus(ImTextureStatus_Destroyed);
  }
}

/// The textures of a graphics card that forgot them, as they were then.
class LostTextures {
 public:
  LostTextures() {
    for (ImTextureData* const texture : ImGui::GetPlatformIO().Textures) {
      const bool is_wanted = texture->Status != ImTextureStatus_WantDestroy && texture->Status != ImTextureStatus_Destroyed;
      all_.emplace_back(texture, is_wanted);
    }
  }
  /// After the renderer is gone: the next one makes those that are still wanted of their pixels. Those of
  /// fonts would do so by themselves, those that the interface registered would not.
  void make_anew() const {
    for (const auto& [texture, is_wanted] : all_) {
      texture->SetTexID(ImTextureID_Invalid);
      texture->SetStatus(is_wanted ? ImTextureStatus_WantCreate : ImTextureStatus_Destroyed);
    }
  }

 private:
  std::vector<std::pair<ImTextureData*, bool>> all_;
};

}  // namespace headwise
