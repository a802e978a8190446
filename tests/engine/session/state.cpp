#include "engine/session/state.hpp"

#include "engine/tensor/error.hpp"
#include "engine/tensor/print.hpp"
#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

std::string refusal(const std::string& hash) {
  try {
    headwise::apply(Settings(state_keys()), parse_hash(hash));
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

std::string random_text(Random& random) {
  std::string text;
  for (std::int64_t n = random.range(1, 12); n > 0; --n) {
    text +=
        random.pick({"a",  "B ", "%", "&",    "=",          "+", "#", "?",  "/", "\u00e9", "\u6c34",
                     "\"", "<",  "|", " | x", "\U0001f600", "~", ";", "\\", "'", "v=1"});
  }
  return text;
}

}  // namespace

TEST_CASE("settings come back from their hash") {
  for (int i = 0; i < samples(1000, 10000); ++i) {
    Random random(70000 + static_cast<std::uint64_t>(i));
    Settings s(state_keys());
    for (const Key& key : state_keys()) {
      if (random.chance(50)) continue;
      switch (key.type) {
        case Key::Type::count:
        case Key::Type::auto_count:
          s.set(key.name, std::to_string(random.range(key.lowest, key.highest)));
          break;
        case Key::Type::number:
          s.set(key.name, "1.0");
          break;
        case Key::Type::auto_number:
          s.set(key.name, "-1.25e-3");
          break;
        case Key::Type::toggle:
          s.set(key.name, random.pick({"0", "1"}));
          break;
        case Key::Type::choice:
          s.set(key.name, random.pick(key.choices));
          break;
        case Key::Type::choices:
          s.set(key.name, random.pick({"none", "causal", "causal,padding"}));
          break;
        case Key::Type::text:
          s.set(key.name, random_text(random));
          break;
        case Key::Type::indices:
          s.set(key.name, random.pick({"", "0", "3,14,15"}));
          break;
        case Key::Type::words:
          s.set(key.name, random.pick({"", "a", "a-b,c_1", "block2/attn/scores"}));
          break;
        case Key::Type::windows:
          s.set(key.name, random.pick({"", "T_q:0-15", "h*d_k:3-3,T_kv:0-1"}));
          break;
        case Key::Type::edits:
          s.set(key.name, random.pick({"", "w_q:0,1=0.5", "block0/attn/w_q:7=-1e-20;mask:0,2,3=0"}));
          break;
        case Key::Type::assignments:
          s.set(key.name, random.pick({"", "num_kv_heads=1", "tokens=a%3Bb %25;mask=causal,padding"}));
          break;
      }
    }
    const std::string hash = to_hash(s);
    INFO(hash);
    CHECK(hash.find("v=1") == 0);
    CHECK(hash.find_first_of(" \"'<>#?\\|") == hash.npos);
    CHECK(headwise::apply(Settings(state_keys()), parse_hash(hash)) == s);
    CHECK(headwise::apply(Settings(state_keys()), parse_hash("#" + hash)) == s);
  }
  CHECK(to_hash(Settings(state_keys())) == "v=1");
}

TEST_CASE("hashes that people and browsers write") {
  const auto get = [](const char* hash, const char* key) {
    return headwise::apply(Settings(state_keys()), parse_hash(hash)).get(key);
  };
  CHECK(get("", "d_model") == "8");
  CHECK(get("#", "d_model") == "8");
  CHECK(get("#v=1", "d_model") == "8");
  CHECK(get("#v=1&d_model=16", "d_model") == "16");
  CHECK(get("v=1&&d_model=16&", "d_model") == "16");
  CHECK(get("#v=1&tokens=a+b%20c", "tokens") == "a b c");
  CHECK(get("#v=1&tokens=a=b", "tokens") == "a=b");
  CHECK(get("#v=1&tokens=%E6%B0%b4", "tokens") == "\u6c34");
  CHECK(get("#v=1&%6Dask=causal%2Cpadding", "mask") == "causal,padding");
  CHECK(get("#v=1&mask=padding,causal", "mask") == "causal,padding");
}

TEST_CASE("broken hashes are refused, with what is wrong") {
  const struct {
    const char* hash;
    const char* says;
  } table[] = {
      {"#d_model=16", "must start with its version"},
      {"#v=2", "v=2 is not a version"},
      {"#v=", "v= is not a version"},
      {"#v=1.0", "v=1.0 is not a version"},
      {"#v=01", "v=01 is not a version"},
      {"#d_model=16&v=1", "must start with its version"},
      {"#&", "must start with its version"},
      {"##v=1", "must start with its version"},
      {"#v=1&v=1", "v is given twice"},
      {"#v=1&d_model=8&d_model=8", "d_model is given twice"},
      {"#v=1&d_model", "'d_model' is not KEY=VALUE"},
      {"#v=1&=8", "'=8' is not KEY=VALUE"},
      {"#v=1&tokens=%", "must be followed by two hex digits"},
      {"#v=1&tokens=%4", "must be followed by two hex digits"},
      {"#v=1&tokens=%4g", "must be followed by two hex digits"},
      {"#v=1&tokens=%%41", "must be followed by two hex digits"},
      {"#v=1&tokens=%-1", "must be followed by two hex digits"},
      {"#v=1&tokens=%ff", "is not valid UTF-8"},
      {"#v=1&tokens=%00", "control character"},
      {"#v=1&d_model=%20"
       "8",
       "d_model= 8: must be a whole number"},
      {"#v=1&d_model=+8", "d_model= 8: must be a whole number"},
      {"#v=1&wat=8", "unknown key 'wat'"},
      {"#v=1&D_MODEL=8", "unknown key 'D_MODEL'"},
      {"#v=1&mask=none,causal", "mask=none,causal: must be"},
      {"garbage", "'garbage' is not KEY=VALUE"},
  };
  for (const auto& row : table) {
    const std::string said = refusal(row.hash);
    INFO(row.hash << " -> " << said);
    CHECK(said.find(row.says) != said.npos);
    CHECK(said.find('\n') == said.npos);
  }
}

TEST_CASE("no text makes the parser do anything but parse or refuse") {
  for (int i = 0; i < samples(3000, 50000); ++i) {
    Random random(71000 + static_cast<std::uint64_t>(i));
    std::string hash = random.chance(80) ? "#v=1&" : "";
    for (std::int64_t n = random.below(25); n > 0; --n) {
      switch (random.below(4)) {
        case 0:
          hash += static_cast<char>(random.below(256));
          break;
        case 1:
          hash += random.pick({"&", "=", "%", "+", "%41", "%e6%b0%b4", "|", ","});
          break;
        case 2:
          hash += random.pick({"d_model", "tokens", "mask", "head", "cell", "scale", "v"});
          break;
        default:
          hash += random.pick({"8", "-1", "auto", "all", "causal", "1e5", "0,0", "x"});
          break;
      }
    }
    const std::string said = refusal(hash);
    for (std::size_t at = 0; at < said.size();) {
      const Utf8 next = next_utf8(std::string_view(said).substr(at));
      CHECK_UNARY((next.valid && !is_control(next.code)));
      at += next.bytes;
    }
  }
}

TEST_CASE("KEY=VALUE is cut at the first sign, and given once") {
  CHECK(parse_assignment("a=b=c") == std::pair<std::string, std::string>{"a", "b=c"});
  CHECK(parse_assignment("a=") == std::pair<std::string, std::string>{"a", ""});
  CHECK_THROWS_AS(parse_assignment("a"), const Error&);
  CHECK_THROWS_AS(parse_assignment("=a"), const Error&);
  CHECK_THROWS_AS(parse_assignment(""), const Error&);
  CHECK_THROWS_WITH_AS(
      headwise::apply(Settings(state_keys()), {{"seed", "1"}, {"bias", "1"}, {"seed", "1"}}),
      "seed is given twice; give it once", const Error&);
  CHECK(parse_query("stage=scores&cell=2,0") == Assignments{{"stage", "scores"}, {"cell", "2,0"}});
  CHECK(parse_query("").empty());
}

TEST_CASE("recipe keys compute anew, view keys do not") {
  for (const Key& key : recipe_keys()) CHECK(is_recipe_key(key.name));
  for (const char* key : {"stage", "head", "cell", "theme", "lesson", "hide", "nothing", ""}) {
    CHECK_FALSE(is_recipe_key(key));
  }
}
