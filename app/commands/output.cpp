#include "app/commands/output.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <iostream>

#include "engine/tensor/error.hpp"

namespace headwise {

Assignments read_state(const std::vector<std::string>& arguments) {
  Assignments all;
  for (const std::string& argument : arguments) {
    if (!argument.empty() && argument[0] == '#') {
      const Assignments link = parse_hash(argument);
      all.insert(all.end(), link.begin(), link.end());
    } else {
      all.push_back(parse_assignment(argument));
    }
  }
  return all;
}

void print_output(const std::function<void(std::ostream&)>& write) {
#ifdef SIGPIPE  // a pipe that nobody reads any more is an error like any other
  std::signal(SIGPIPE, SIG_IGN);
#endif
  errno = 0;
  write(std::cout);
  std::cout.flush();
  if (!std::cout) {
    throw Error(std::string("standard output: could not be written to its end") +
                (errno != 0 ? std::string(": ") + std::strerror(errno) : ""));
  }
}

}  // namespace headwise
