#include "engine/tensor/parallel.hpp"


#include "tests/engine/support.hpp"

using namespace headwise;
using namespace headwise::test;

TEST_CASE("every part is done once, however many threads there are") {
  for (const int count : {2, 5, 1, 3}) {
    use_threads(count);
    CHECK((threads() == count || threads() == 1));
    for (const std::int64_t parts : {0, 1, 2, 7, 1000}) {
      std::vector<int> done(static_cast<std::size_t>(parts));
      in_parallel(parts, [&](std::int64_t i) { ++done[static_cast<std::size_t>(i)]; });
      CHECK(std::count(done.begin(), done.end(), 1) == parts);
    }
  }
  use_threads(1);
}

TEST_CASE("threads change no bit") {
  for (const char* mask : {"none", "causal"}) {
    Settings s(recipe_keys());
    s.set("tokens", std::string(200, '!'));
    s.set("d_model", "256");
    s.set("num_heads", "4");
    s.set("mask", mask);
    s.set("bias", "1");
    const Trace alone = run(s);
    use_threads(3);
    const Trace together = run(s);
    use_threads(1);
    for (std::size_t n = 0; n < alone.graph().nodes().size(); ++n) CHECK(alone.same_values(n, together, n));
  }
}
