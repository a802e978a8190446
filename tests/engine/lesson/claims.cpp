// What the lessons say of the numbers they show, where no placeholder says it.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <set>

#include "engine/attention/memory.hpp"
#include "engine/tensor/print.hpp"
#include "support.hpp"

using namespace headwise;
using namespace headwise::test;

namespace {

/// Someone who opens a page and follows its links.
class Reader {
 public:
  Reader(const std::string& lesson, int page) : lesson_(lesson) {
    follow("lesson=" + lesson + "&page=" + std::to_string(page));
  }

  /// A link of this page's or, to vary a page, any other.
  void follow(const std::string& link) {
    perform(session_, every_lesson(), "change " + link);
    CAPTURE(lesson_);
    CAPTURE(link);
    CHECK(session_.problem() == "");
  }

  float at(const std::string& id, Index index) const {
    const auto node = session_.graph().find(id);
    CAPTURE(id);
    REQUIRE(node);
    REQUIRE(session_.graph()[*node].axes().size() == index.size());
    return session_.trace().value({*node, std::move(index)});
  }

  std::vector<float> row(const std::string& id, Index index) const {
    std::vector<float> all;
    index.push_back(0);
    const std::int64_t size = session_.graph()[*session_.graph().find(id)].axes().back().size;
    for (; index.back() < size; ++index.back()) all.push_back(at(id, index));
    return all;
  }

  std::int64_t total_of(Count::Kind kind) const { return total(session_.graph(), kind); }
  std::int64_t cache_per_token() const { return kv_cache_per_token(session_.run().recipe).value; }

 private:
  std::string lesson_;
  Session session_;
};

float sum(const std::vector<float>& row) {
  float all = 0;
  for (const float value : row) all += value;
  return all;
}

float largest(const std::vector<float>& row) { return *std::max_element(row.begin(), row.end()); }

float widest(const std::vector<float>& row) {
  float size = 0;
  for (const float value : row) size = std::max(size, std::fabs(value));
  return size;
}

std::ptrdiff_t place_of_largest(const std::vector<float>& row) {
  return std::max_element(row.begin(), row.end()) - row.begin();
}

/// The value of sums, products and quotients as lessons write them: `32 × (128 + 128) × 2`.
class Arithmetic {
 public:
  /// Nothing where the text is not arithmetic alone.
  static std::optional<double> value(std::string_view text) {
    Arithmetic a{text};
    const double all = a.sum();
    return a.failed_ || !a.rest_.empty() ? std::nullopt : std::optional(all);
  }

 private:
  explicit Arithmetic(std::string_view text) : rest_(text) { skip(); }

  void skip() {
    while (rest_.starts_with(' ')) rest_.remove_prefix(1);
  }
  bool take(std::string_view sign) {
    if (!rest_.starts_with(sign)) return false;
    rest_.remove_prefix(sign.size());
    skip();
    return true;
  }
  double sum() {
    double all = product();
    while (take("+")) all += product();
    return all;
  }
  double product() {
    double all = one();
    while (true) {
      if (take("\u00d7")) {
        all *= one();
      } else if (take("/")) {
        all /= one();
      } else {
        return all;
      }
    }
  }
  double one() {
    if (take("(")) {
      const double all = sum();
      failed_ |= !take(")");
      return all;
    }
    std::string digits;
    while (!rest_.empty() &&
           (std::isdigit(static_cast<unsigned char>(rest_[0])) || rest_[0] == ',')) {
      if (rest_[0] != ',') digits += rest_[0];
      rest_.remove_prefix(1);
    }
    skip();
    failed_ |= digits.empty();
    return digits.empty() ? 0 : std::strtod(digits.c_str(), nullptr);
  }

  std::string_view rest_;
  bool failed_ = false;
};

/// Checks every `arithmetic = number` of a text, and says how many there are.
int check_arithmetic(std::string_view text) {
  int found = 0;
  for (std::size_t at = text.find('='); at != text.npos; at = text.find('=', at + 1)) {
    std::optional<double> left;
    for (std::size_t begin = 0; begin < at && !left; ++begin) {
      const std::string_view part = text.substr(begin, at - begin);
      const bool starts = begin == 0 || text[begin - 1] == ' ' || text[begin - 1] == '(';
      if (starts && part.find_first_of("+/\u00d7") != part.npos) left = Arithmetic::value(part);
    }
    std::optional<double> right;
    for (std::size_t end = text.size(); end > at && !right; --end)
      right = Arithmetic::value(text.substr(at + 1, end - at - 1));
    if (!left || !right) continue;
    CAPTURE(text);
    CHECK(*left == *right);
    ++found;
  }
  return found;
}

void gather(const std::vector<prose::Block>& blocks, std::vector<std::string>& all) {
  for (const prose::Block& block : blocks) {
    if (block.kind == prose::Block::Kind::code) {
      std::size_t begin = 0;
      while (begin < block.text.size()) {
        const std::size_t end = std::min(block.text.find('\n', begin), block.text.size());
        all.push_back(block.text.substr(begin, end - begin));
        begin = end + 1;
      }
    }
    all.push_back(prose::plain_text(block.spans));
    for (const auto& row : block.rows) {
      for (const prose::Spans& cell : row) all.push_back(prose::plain_text(cell));
    }
    gather(block.children, all);
  }
}

}  // namespace

TEST_CASE("Arithmetic that lessons write out is right") {
  CHECK(Arithmetic::value("32 \u00d7 (128 + 128) \u00d7 2") == 16384.0);
  CHECK(Arithmetic::value("2,359,296 + 4 \u00d7 768") == 2362368.0);
  CHECK(!Arithmetic::value("4 \u00d7"));
  CHECK(check_arithmetic("It is 4 \u00d7 12 = 48, and (1 + 2) / 3 = 1.") == 2);
  CHECK(check_arithmetic("d_model = 512, h = 8") == 0);
  int found = 0;
  for (const Lesson& lesson : every_lesson().all()) {
    CAPTURE(lesson.file);
    for (const Page& page : lesson.pages) {
      std::vector<std::string> all;
      gather(page.blocks, all);
      for (const std::string& text : all) found += check_arithmetic(text);
    }
  }
  CHECK(found >= 30);
}

TEST_CASE("02: two equal shares give the middle, and two heads cost what one does") {
  Reader mixture("02-why-one-is-not-enough", 2);
  CHECK(mixture.at("attn_weights", {0, 0, 6, 1}) == 0.5F);
  CHECK(mixture.at("attn_weights", {0, 0, 6, 7}) == 0.5F);
  for (std::int64_t d = 0; d < 4; ++d) {
    const float middle =
        (mixture.at("v_heads", {0, 0, 1, d}) + mixture.at("v_heads", {0, 0, 7, d})) / 2;
    CHECK(mixture.at("head_outputs", {0, 0, 6, d}) == doctest::Approx(middle));
  }
  Reader cost("02-why-one-is-not-enough", 5);
  CHECK(widest(cost.row("difference", {0, 6})) > 0.01F);
  const std::int64_t matmul = cost.total_of(Count::Kind::matmul_flops);
  const std::int64_t other = cost.total_of(Count::Kind::other_flops);
  cost.follow("num_heads=4");
  CHECK(cost.total_of(Count::Kind::matmul_flops) == matmul);
  CHECK(cost.total_of(Count::Kind::other_flops) > other);
}

TEST_CASE("02: heads that were built find what is said; one head over the same tables looks at itself") {
  Reader built("02-why-one-is-not-enough", 4);
  const std::int64_t from[] = {5, 6, 1, 0, 0};  // what `has` takes from
  for (std::int64_t h = 0; h < 5; ++h) CHECK(built.at("many/attn_weights", {0, h, 6, from[h]}) > 0.9F);
  CHECK(built.at("one/attn_weights", {0, 0, 6, 6}) > 0.99F);
  CHECK(built.at("one/attn_weights", {0, 0, 6, 1}) < 0.01F);
  // "as head 1 wants": no other head would have it so.
  for (const std::int64_t h : {0, 2, 3, 4}) CHECK(built.at("many/attn_weights", {0, h, 6, 6}) < 0.1F);
}

TEST_CASE("03: without tables the scores are their own mirror image") {
  Reader reader("03-projections", 3);
  const auto is_mirror = [&] {
    for (std::int64_t i = 0; i < 8; ++i) {
      for (std::int64_t j = 0; j < 8; ++j) {
        if (reader.at("scores", {0, 0, i, j}) != reader.at("scores", {0, 0, j, i})) return false;
      }
    }
    return true;
  };
  CHECK(is_mirror());
  for (std::int64_t i = 0; i < 8; ++i) CHECK(reader.at("scores", {0, 0, i, i}) >= 0);
  reader.follow("edits=&stage=scores&cell=1,4");
  CHECK(!is_mirror());
}

TEST_CASE("04: the wrong reshape's rows belong to the tokens that are named") {
  Reader reader("04-the-split", 4);
  for (std::int64_t row = 0; row < 4; ++row) {
    for (std::int64_t d = 0; d < 4; ++d) {
      CHECK(reader.at("wrong_heads", {0, 0, row, d}) ==
            reader.at("q_heads", {0, row % 2, row / 2, d}));
    }
  }
  // "row 0 of head 1, which was made from" token 2
  CHECK(reader.row("wrong_heads", {0, 1, 0}) == reader.row("q_heads", {0, 0, 2}));
  reader.follow("num_heads=1");
  CHECK(reader.row("wrong_heads", {0, 0, 3}) == reader.row("q_heads", {0, 0, 3}));
}

TEST_CASE("05: scores spread out with d_k, scaled ones do not, and unscaled shares saturate") {
  Reader growing("05-scores-and-scaling", 2);
  float before = 0;
  for (const char* d : {"4", "16", "64", "256", "1024"}) {
    growing.follow("d_model=" + std::string(d));
    const float now = widest(growing.row("scores", {0, 0, 1}));
    CHECK(now > before);
    before = now;
    const float scaled = widest(growing.row("scaled_scores", {0, 0, 1}));
    CHECK(scaled > 1);
    CHECK(scaled < 3);
  }
  CHECK(before > 20);
  Reader unscaled("05-scores-and-scaling", 3);
  for (const std::int64_t t : {1, 7})
    CHECK(largest(unscaled.row("attn_weights", {0, 0, t})) > 0.99F);
  unscaled.follow("scale=auto");
  for (const std::int64_t t : {1, 7})
    CHECK(largest(unscaled.row("attn_weights", {0, 0, t})) < 0.6F);
}

TEST_CASE("06: what a causal mask hides cannot be felt, unless it comes too late") {
  const std::string other = "tokens=The+bank+by+the+river+is+dry.";
  Reader causal("06-softmax-and-masks", 2);
  const std::vector<float> row = causal.row("attn_weights", {0, 0, 4});
  causal.follow(other);
  CHECK(causal.row("attn_weights", {0, 0, 4}) == row);
  causal.follow("mask=none&stage=attn_weights&cell=4,1");
  CHECK(causal.row("attn_weights", {0, 0, 4}) != row);

  Reader late("06-softmax-and-masks", 4);
  const std::vector<float> leaking = late.row("masked_weights", {0, 0, 2});
  CHECK(sum(leaking) < 0.9F);
  late.follow(other);
  CHECK(late.row("masked_weights", {0, 0, 2}) != leaking);

  Reader nothing("06-softmax-and-masks", 5);
  CHECK(widest(nothing.row("attn_weights", {0, 0, 0})) == 0);
}

TEST_CASE("07: a weight of one head moves that head alone, and then all of the output") {
  Reader reader("07-heads-in-parallel", 2);
  std::vector<float> before;
  for (std::int64_t h = 0; h < 4; ++h) before.push_back(reader.at("scores", {0, h, 6, 1}));
  const float output = reader.at("output", {0, 6, 13});
  reader.follow("edits=w_q:0,0=3");
  for (std::int64_t h = 0; h < 4; ++h)
    CHECK((reader.at("scores", {0, h, 6, 1}) == before[static_cast<std::size_t>(h)]) == (h != 0));
  CHECK(reader.at("output", {0, 6, 13}) != output);
  reader.follow("edits=w_q:0,9=3");
  for (std::int64_t h = 0; h < 4; ++h)
    CHECK((reader.at("scores", {0, h, 6, 1}) == before[static_cast<std::size_t>(h)]) == (h != 2));
}

TEST_CASE("07: heads that were built look where the table says; the resting one adds nothing") {
  Reader built("07-heads-in-parallel", 4);
  const std::int64_t has[] = {5, 6, 1, 0, 0};
  const std::int64_t it[] = {8, 9, 0, 1, 0};
  for (std::int64_t h = 0; h < 5; ++h) {
    CHECK(built.at("attn_weights", {0, h, 6, has[h]}) > 0.9F);
    CHECK(built.at("attn_weights", {0, h, 9, it[h]}) > 0.9F);
  }
  CHECK(built.at("attn_weights", {0, 1, 4, 0}) > 0.9F);  // the second `the`
  const std::vector<float> w_q = built.row("w_q", {11});
  CHECK(w_q[32] == 16);
  int zeros = 0;
  for (std::int64_t row = 0; row < 32; ++row) {
    for (const float value : built.row("w_q", {row})) zeros += value == 0;
  }
  CHECK(zeros > 32 * 80 * 9 / 10);
  const std::vector<float> all = built.row("output", {0, 6});
  CHECK(all[8] == doctest::Approx(1).epsilon(0.01));
  built.follow("heads_off=4&stage=output&cell=6,8");
  CHECK(built.row("output", {0, 6}) == all);
  for (std::int64_t t = 0; t < 12; ++t) {
    for (std::int64_t e = 16; e < 20; ++e) CHECK(built.at("output", {0, t, e}) == 0);
  }
  built.follow("heads_off=2&stage=output&cell=6,8");
  CHECK(built.at("output", {0, 6, 8}) == 0);
  built.follow("heads_off=&stage=attn_weights&head=all&cell=3,9,1");
  built.follow("tokens=The+keys+to+the+cabinet+are+on+the+table.&stage=attn_weights&head=2&cell=5,1");
  CHECK(built.at("attn_weights", {0, 2, 5, 1}) > 0.9F);
  built.follow("tokens=The+girl+said+that+the+boy+was+late.&stage=attn_weights&head=2&cell=6,1");
  CHECK(built.at("attn_weights", {0, 2, 6, 1}) > 0.9F);
  built.follow("tokens=Zorblax+saw+the+blorf+and+zorblax+has+it.&stage=attn_weights&head=1&cell=5,0");
  CHECK(built.at("attn_weights", {0, 1, 5, 0}) > 0.9F);
  CHECK(built.at("attn_weights", {0, 3, 7, 0}) > 0.9F);  // no noun that it knows
}

TEST_CASE("08: without w_o a head stays in its places; the output is the sum of the heads' parts") {
  Reader unmixed("08-the-mixing-layer", 2);
  CHECK(unmixed.row("output", {0, 1}) == unmixed.row("concat", {0, 1}));
  const std::vector<float> before = unmixed.row("output", {0, 1});
  unmixed.follow("heads_off=1&stage=output&cell=1,0");
  std::vector<float> after = unmixed.row("output", {0, 1});
  CHECK((after[0] == before[0] && after[1] == before[1] && after[2] == 0 && after[3] == 0));
  unmixed.follow("heads_off=&stage=output&cell=1,0");
  unmixed.follow("edits=");
  const std::vector<float> mixed = unmixed.row("output", {0, 1});
  unmixed.follow("heads_off=1&stage=output&cell=1,0");
  after = unmixed.row("output", {0, 1});
  for (std::size_t d = 0; d < 4; ++d) CHECK(after[d] != mixed[d]);

  Reader parts("08-the-mixing-layer", 3);
  for (std::int64_t d = 0; d < 4; ++d) {
    CHECK(parts.at("output", {0, 1, d}) ==
          doctest::Approx(parts.at("head_contributions", {0, 0, 1, d}) +
                          parts.at("head_contributions", {0, 1, 1, d})));
  }
}

TEST_CASE("09: heads cut the same weights; with one number each a head knows only two answers") {
  Reader reader("09-a-partition", 1);
  for (const char* heads : {"1", "8", "16", "64", "512"}) {
    reader.follow("num_heads=" + std::string(heads));
    CHECK(reader.total_of(Count::Kind::parameters) == 1048576);
  }
  Reader growing("09-a-partition", 3);
  const std::int64_t matmul = growing.total_of(Count::Kind::matmul_flops);
  std::int64_t other = growing.total_of(Count::Kind::other_flops);
  for (const char* heads : {"8", "16", "32"}) {
    growing.follow("num_heads=" + std::string(heads));
    CHECK(growing.total_of(Count::Kind::matmul_flops) == matmul);
    CHECK(growing.total_of(Count::Kind::other_flops) == 2 * other);
    other *= 2;
  }
  Reader small("09-a-partition", 4);
  const auto answers = [&] {
    std::set<std::ptrdiff_t> all;
    for (std::int64_t t = 0; t < 8; ++t)
      all.insert(place_of_largest(small.row("attn_weights", {0, 0, t})));
    return all.size();
  };
  for (const char* seed : {"0", "1", "2"}) {
    small.follow("seed=" + std::string(seed));
    CHECK(answers() == 2);
  }
  small.follow("num_heads=4");
  CHECK(answers() > 2);
  Reader gpt3("09-a-partition", 2);
  gpt3.follow("d_model=12288&num_heads=96&stage=w_q");
  CHECK(gpt3.total_of(Count::Kind::parameters) == 603979776);
}

TEST_CASE("10: the weights of GPT-2's and Llama 3's layers") {
  Reader reader("10-a-real-layer", 2);
  CHECK(reader.total_of(Count::Kind::parameters) == 2362368);
  reader.follow("bias=0&stage=w_q");
  CHECK(reader.total_of(Count::Kind::parameters) == 2359296);
  CHECK(Reader("10-a-real-layer", 3).total_of(Count::Kind::parameters) == 41943040);
}

TEST_CASE(
    "12: shuffled words give shuffled rows; relative positions are the same along the slant") {
  Reader shuffled("12-positions", 1);
  const std::vector<float> dog = shuffled.row("output", {0, 0});
  const std::vector<float> bites = shuffled.row("output", {0, 1});
  shuffled.follow("tokens=man+bites+dog");
  for (std::size_t d = 0; d < 4; ++d) {
    CHECK(shuffled.row("output", {0, 2})[d] == doctest::Approx(dog[d]));
    CHECK(shuffled.row("output", {0, 1})[d] == doctest::Approx(bites[d]));
  }
  shuffled.follow("mask=causal&stage=output&cell=0,0");
  const float last = shuffled.at("output", {0, 2, 0});
  shuffled.follow("tokens=dog+bites+man");
  CHECK(shuffled.at("output", {0, 0, 0}) != doctest::Approx(last));

  Reader same("12-positions", 2);
  same.follow("position=none&stage=scaled_scores&cell=0,0");
  const float only = same.at("scores", {0, 0, 0, 0});
  CHECK(largest(same.row("scores", {0, 0, 5})) == only);
  same.follow("position=sinusoidal&stage=scaled_scores&cell=0,0");
  CHECK(same.at("scores", {0, 0, 0, 1}) != same.at("scores", {0, 0, 1, 2}));

  const auto is_slanted = [](const Reader& reader, const std::string& id) {
    for (std::int64_t i = 1; i < 6; ++i) {
      for (std::int64_t j = 1; j < 6; ++j) {
        CHECK(reader.at(id, {0, 0, i, j}) ==
              doctest::Approx(reader.at(id, {0, 0, i - 1, j - 1})).epsilon(1e-4));
      }
    }
  };
  is_slanted(Reader("12-positions", 3), "position_scores");
  is_slanted(Reader("12-positions", 4), "scores");
  is_slanted(Reader("12-positions", 5), "biased_scores");
}

TEST_CASE("13: the cache holds what was made before, and changes no number") {
  Reader reader("13-the-kv-cache", 3);
  CHECK(reader.row("step1/k_cache", {0, 0, 2}) == reader.row("prefill/k_heads", {0, 0, 2}));
  CHECK(widest(reader.row("step1/difference", {0, 0})) < 1e-5F);
  Reader cost("13-the-kv-cache", 4);
  const std::int64_t bytes = cost.cache_per_token();
  cost.follow("num_heads=4");
  CHECK(cost.cache_per_token() == bytes);
  cost.follow("num_heads=2&d_model=16");
  CHECK(cost.cache_per_token() == 2 * bytes);
  cost.follow("d_model=8&num_kv_heads=1");
  CHECK(2 * cost.cache_per_token() == bytes);
}

TEST_CASE("14: neighbours share keys, and the cache shrinks as the heads do") {
  Reader reader("14-sharing-keys-and-values", 2);
  for (std::int64_t h = 0; h < 8; ++h)
    CHECK(reader.row("k_shared", {0, h, 1}) == reader.row("k_heads", {0, h / 4, 1}));
  const std::int64_t bytes = reader.cache_per_token();
  reader.follow("num_kv_heads=8");
  CHECK(reader.cache_per_token() == 4 * bytes);
}

TEST_CASE("15: flash attention is the standard one but for rounding, whatever the tiles") {
  Reader reader("15-flash-attention", 3);
  for (const char* tile : {"3", "2", "8"}) {
    reader.follow("tile_keys=" + std::string(tile));
    for (std::int64_t t = 0; t < 8; ++t) CHECK(widest(reader.row("difference", {0, 0, t})) < 1e-6F);
  }
  // "At tile 1 the maximum may rise": here it does, and later it stays.
  Reader softmax("15-flash-attention", 2);
  CHECK(softmax.at("rescale", {1, 0, 0, 6}) < 1);
  CHECK(softmax.at("rescale", {2, 0, 0, 6}) == 1);
}

TEST_CASE("16: what a change of each field costs") {
  Reader reader("16-reading-a-model-card", 3);
  const std::int64_t weights = reader.total_of(Count::Kind::parameters);
  const std::int64_t bytes = reader.cache_per_token();
  reader.follow("num_kv_heads=8&stage=w_k");
  CHECK(reader.total_of(Count::Kind::parameters) > weights);
  CHECK(reader.cache_per_token() == 4 * bytes);
  reader.follow("num_kv_heads=1&stage=w_k");
  CHECK(reader.total_of(Count::Kind::parameters) < weights);
  CHECK(2 * reader.cache_per_token() == bytes);
  reader.follow("num_heads=16&num_kv_heads=4&stage=q_heads&head=0&cell=1,0");
  CHECK(reader.total_of(Count::Kind::parameters) == weights);
  CHECK(reader.cache_per_token() == bytes);
  reader.follow("num_heads=8&num_kv_heads=2&head_dim=16&stage=w_o");
  CHECK(reader.total_of(Count::Kind::parameters) == 2 * weights);
  CHECK(reader.cache_per_token() == 2 * bytes);
  Reader large("16-reading-a-model-card", 4);
  const std::int64_t before = large.cache_per_token();
  large.follow("num_kv_heads=128&stage=w_k");
  CHECK(large.cache_per_token() == 16 * before);
}

TEST_CASE("17: a second layer sees one token further") {
  Reader reader("17-not-layers-not-experts", 2);
  const std::vector<float> first = reader.row("block0/residual2", {0, 4});
  const std::vector<float> second = reader.row("block1/residual2", {0, 4});
  reader.follow("tokens=The+bank+near+the+river+was+flooded.");
  CHECK(reader.row("block0/residual2", {0, 4}) == first);
  CHECK(reader.row("block1/residual2", {0, 4}) != second);
  for (const std::int64_t d : {0, 1}) {
    CHECK(print_number(static_cast<double>(reader.at("block1/residual2", {0, 4, d}))) !=
          print_number(static_cast<double>(second[static_cast<std::size_t>(d)])));
  }
  reader.follow("tokens=The+town+by+the+river+was+flooded.");
  CHECK(reader.row("block1/residual2", {0, 4}) == second);

  Reader heads("17-not-layers-not-experts", 1);
  const std::int64_t weights = heads.total_of(Count::Kind::parameters);
  heads.follow("layers=3&stage=block2/residual2");
  CHECK(heads.total_of(Count::Kind::parameters) > weights);
  heads.follow("layers=2&num_heads=4&stage=block0/attn/attn_weights&head=all");
  CHECK(heads.total_of(Count::Kind::parameters) == weights);
}

TEST_CASE("18: lively shares over values of nothing") {
  Reader reader("18-myths-and-bugs", 4);
  const std::vector<float> shares = reader.row("attn_weights", {0, 0, 1});
  CHECK(largest(shares) < 0.9F);
  CHECK(widest(reader.row("head_outputs", {0, 0, 1})) == 0);
  reader.follow("edits=&stage=head_outputs&head=0&cell=1,0");
  CHECK(reader.row("attn_weights", {0, 0, 1}) == shares);
  CHECK(widest(reader.row("head_outputs", {0, 0, 1})) > 0.1F);

  Reader dropout("18-myths-and-bugs", 2);
  CHECK(sum(dropout.row("dropped_weights", {0, 0, 1})) != doctest::Approx(1).epsilon(0.01));
}

TEST_CASE("19: the heads shown look where it says, and heads do not cost parameters") {
  Reader reader("19-in-five-minutes", 2);
  CHECK(reader.at("attn_weights", {0, 2, 6, 1}) > 0.9F);
  CHECK(reader.at("attn_weights", {0, 0, 6, 5}) > 0.9F);
  CHECK(reader.at("attn_weights", {0, 3, 9, 1}) > 0.9F);
  for (const char* heads : {"2", "4", "8"}) {
    reader.follow("weights=random&d_model=8&head_dim=auto&v_dim=auto&num_heads=" + std::string(heads) + "&stage=attn_weights&head=all");
    CHECK(reader.total_of(Count::Kind::parameters) == 256);
  }
  reader.follow("weights=constructed&stage=attn_weights&head=all&cell=2,6,1");
  CHECK(reader.at("attn_weights", {0, 2, 6, 1}) > 0.9F);
}
