#include "engine/io/python.hpp"

#include <algorithm>

namespace headwise {

namespace {

constexpr std::size_t width = 100;  // of a line, where it can be broken

}  // namespace

const PythonDialect& python_dialect(CodeLanguage language) {
  static const PythonDialect pytorch{"PyTorch",
                                     "import torch\n\ntorch.set_default_dtype(torch.float64)\n",
                                     R"(

def array(values):
    return torch.as_tensor(values, dtype=torch.float64)


def check(name, computed, headwise):
    """Compares one stage with Headwise's numbers and gives those back; stops where they differ."""
    global stages
    computed, headwise = array(computed), array(headwise)
    if computed.shape != headwise.shape:
        raise SystemExit(f"{name}: shape {tuple(computed.shape)}, Headwise has {tuple(headwise.shape)}")
    finite = headwise.isfinite()
    if not torch.equal(computed[~finite], headwise[~finite]):
        raise SystemExit(f"{name}: differs where Headwise has minus infinity")
    error = (computed - headwise)[finite].abs().amax().item() if finite.any() else 0.0
    most = 1e-5 + 1.3e-6 * (headwise[finite].abs().amax().item() if finite.any() else 0.0)
    if not error <= most:
        raise SystemExit(f"{name}: differs by {error:.2g}, where {most:.2g} is allowed")
    stages += 1
    print(f"{name:20} {str(tuple(computed.shape)):20} equal, off by at most {error:.1e}")
    return headwise
)",
                                     R"(
file = np.load(pathlib.Path(__file__).with_suffix(".npz"))


def stored(name):
    return torch.from_numpy(file[name]).double()
)",
                                     &Op::pytorch};
  static const PythonDialect numpy{"NumPy",
                                   "import numpy as np\n\nnp.seterr(invalid=\"ignore\")  # minus "
                                   "infinity less itself, in masked rows\n",
                                   R"(

def array(values):
    return np.asarray(values, dtype=np.float64)


def check(name, computed, headwise):
    """Compares one stage with Headwise's numbers and gives those back; stops where they differ."""
    global stages
    computed, headwise = array(computed), array(headwise)
    if computed.shape != headwise.shape:
        raise SystemExit(f"{name}: shape {computed.shape}, Headwise has {headwise.shape}")
    finite = np.isfinite(headwise)
    if not np.array_equal(computed[~finite], headwise[~finite]):
        raise SystemExit(f"{name}: differs where Headwise has minus infinity")
    error = np.abs(computed - headwise)[finite].max(initial=0.0)
    most = 1e-5 + 1.3e-6 * np.abs(headwise[finite]).max(initial=0.0)
    if not error <= most:
        raise SystemExit(f"{name}: differs by {error:.2g}, where {most:.2g} is allowed")
    stages += 1
    print(f"{name:20} {str(computed.shape):20} equal, off by at most {error:.1e}")
    return headwise
)",
                                   R"(
file = np.load(pathlib.Path(__file__).with_suffix(".npz"))


def stored(name):
    return array(file[name])
)",
                                   &Op::numpy};
  return language == CodeLanguage::pytorch ? pytorch : numpy;
}

void write_comment(CodeText& out, std::string_view text) {
  std::string line = "#";
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (line.size() + 1 + end > width && line.size() > 3) {
      out << line << '\n';
      line = "#  ";
    }
    line.append(" ").append(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  out << line << '\n';
}

void write_lists(CodeText& out, const Axes& axes, const std::vector<float>& values,
                 std::size_t indent) {
  if (axes.empty()) {
    out << code_number(static_cast<double>(values.front()));
    return;
  }
  const auto columns = static_cast<std::size_t>(axes.back().size);
  const std::size_t rows = values.size() / columns;
  // How many brackets stand where row `row` begins, or row - 1 ends.
  const auto brackets = [&axes](std::size_t row) {
    std::size_t count = 1;
    std::size_t block = 1;
    for (std::size_t a = axes.size() - 1; a-- > 0; ++count) {
      block *= static_cast<std::size_t>(axes[a].size);
      if (row % block != 0) break;
    }
    return count;
  };
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t open = brackets(row);
    if (row > 0) out << ",\n" << std::string(indent + axes.size() - open, ' ');
    out << std::string(open, '[');
    std::size_t at = indent + axes.size();
    for (std::size_t c = 0; c < columns; ++c) {
      const std::string number = code_number(static_cast<double>(values[row * columns + c]));
      if (c > 0 && at + number.size() + 4 > width) {
        at = indent + axes.size();
        out << ",\n" << std::string(at, ' ');
      } else if (c > 0) {
        out << ", ";
        at += 2;
      }
      out << number;
      at += number.size();
    }
    out << std::string(brackets(row + 1), ']');
  }
}

}  // namespace headwise
