#pragma once
#include <cstdint>
#include <string_view>

#include "engine/session/session.hpp"

namespace headwise {

/// A command's number; Error where it is not a whole one of at most 15 digits.
std::int64_t whole_number(std::string_view text);

/// What a person can do besides typing values, as text: keys, buttons of the HTML mirror and links
/// of lessons all come here.
///   set KEY=VALUE          one key (VALUE to the end of the text)
///   change a=1&b=2         several, percent-encoded, as in `sim:` links
///   step N                 N steps on (negative: back)
///   first | last           to the first or last step
///   play                   starts or stops playing
///   move ROWS,COLUMNS      the cursor within its slice
///   stage N                N stages on
///   follow NODE I,J,...    to a cell, remembering where from
///   back | back N          to where the last follow came from; N of them at once
///   edit NODE I,J,... V    sets a cell by hand
///   unedit NODE I,J,...    lets it be computed again; `unedit NODE`: all of its cells; `unedit all`: every one
///   word KEY S,N TEXT      replaces token N of sentence S of `tokens` or `context_tokens`
///   paste TEXT             numbers into the cells from the cursor on, or a sentence: clipboard.hpp
///   zoom in|out|all        fewer or more rows and columns around the cursor, or all
///   compare swap | take    exchanges this run and the second one, or goes on with the second alone
///   stop | go              pauses a long computation, and goes on with it
///   undo | redo            the last edit or setting; nothing where there is none
/// A command that cannot be done leaves a problem() in the session; an unknown one too.
void perform(Session& session, std::string_view command);

}  // namespace headwise
