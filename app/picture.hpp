#pragma once
#include <string>

#include "engine/session/session.hpp"
#include "ui/figure/figure.hpp"
#include "ui/ui.hpp"

namespace headwise {

/// How large the interface is that a picture is taken of, in logical pixels, and of what.
struct PictureFrame {
  float width = 1280;
  float height = 720;
  bool whole_window = false;  // else the chosen view alone
  int density = 0;            // a PNG's pixels for each logical one; 0: what prints sharply
};

inline constexpr int highest_density = 8;

/// A file of what the interface shows of the session (nothing hovered, nothing open), drawn on no
/// screen: the same bytes with a window, in a page and without either.
std::string picture(Session& session, const Lessons& lessons, const Options& options, const PictureFrame& frame, PictureType type);

/// `headwise-scores.svg`: the stage that is shown, or the view.
std::string picture_name(const Session& session, PictureType type);

}  // namespace headwise
