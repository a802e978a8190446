#pragma once
#include <chrono>
#include <memory>
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
/// screen and made a piece at a time: the same bytes with a window, in a page and without either.
class PictureFile {
 public:
  /// Draws at once what the session shows now; it may change afterwards. Error for a PNG of more than
  /// 200 million pixels.
  PictureFile(Session& session, Course& course, const Options& options, const PictureFrame& frame, PictureType type);
  ~PictureFile();
  /// Goes on for about so long; true when all is there.
  bool work(std::chrono::duration<double> budget);
  /// 0 to 1.
  double progress() const;
  /// Once all is there.
  std::string take();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// All of it at once.
std::string picture(Session& session, Course& course, const Options& options, const PictureFrame& frame, PictureType type);

/// `headwise-scores.svg`: the stage that is shown, or the view.
std::string picture_name(const Session& session, PictureType type);

}  // namespace headwise
