#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include "engine/tensor/instructions.hpp"

int main(int count, char** arguments) {
  headwise::choose_instructions();
  return doctest::Context(count, arguments).run();
}
