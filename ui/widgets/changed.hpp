#pragma once
#include <imgui.h>

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "engine/session/session.hpp"
#include "ui/widgets/pictures.hpp"

namespace headwise {

/// Which squares of a picture hold cells that the last change made different.
struct ChangedPicture {
  std::int64_t count = 0;      // cells
  std::int64_t total = 0;
  std::vector<ImVec4> edges;   // around them: from (x, y) to (z, w), in squares; none where half or more changed
};

/// Such pictures, kept until the session computes anew.
class ChangedPictures {
 public:
  void begin_frame();
  /// Null where this frame has compared enough already: then waiting(), and a later frame has it.
  const ChangedPicture* find(const Session& session, std::size_t node, const Slice& slice, const SlicePart& part);
  bool waiting() const { return waiting_; }

 private:
  struct Kept {
    ChangedPicture picture;
    std::vector<bool> squares;  // until it is complete
    std::int64_t rows = 0;      // compared
    bool complete = false;
  };
  void compare(const Session& session, std::size_t node, const Slice& slice, const SlicePart& part, Kept& kept);

  std::int64_t cells_left_ = 0;  // to compare in this frame
  bool waiting_ = false;         // something for the next one
  std::uint64_t trace_ = 0;
  std::int64_t generation_ = -1;
  std::map<std::tuple<std::size_t, Index, std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t, std::int64_t>,
           Kept>
      pictures_;
};

struct Context;
/// `3 of 56 cells changed` in what is shown of the current tensor; empty where none did, or that is not known yet.
std::string changed_words(const Context& ui);

}  // namespace headwise
