#include "engine/ops/op.hpp"
#include "engine/tensor/random.hpp"

namespace headwise {

namespace {

/// A vector for each token, generated from its text alone: mean 0, variance about 1.
class TokenEmbeddings final : public Op {
 public:
  TokenEmbeddings(Axes axes, std::vector<std::string> tokens, std::string padding)
      : axes_(std::move(axes)), tokens_(std::move(tokens)), padding_(std::move(padding)) {}

  std::string_view name() const override { return "token_embeddings"; }
  std::string summary() const override {
    return "One vector of d_model numbers for each token. They are made from the token's text, not "
           "learned: the same word always gets the same vector, and similar words do not get similar "
           "ones. A <pad> token is all zeros.";
  }
  Axes shape(const std::vector<Axes>&) const override { return axes_; }
  std::vector<Access> access(const Signature&) const override { return {}; }

  Work work(const std::vector<Tensor>&, const Axes& axes) const override {
    const auto width = static_cast<std::size_t>(axes.back().size);
    return in_rows(Tensor::blank(axes), [this, width](std::int64_t first, std::span<float> row) {
      const std::string& token = tokens_[static_cast<std::size_t>(first) / width];
      const std::uint64_t key = hash_text(token);
      const bool padding = token == padding_;
      for (std::size_t c = 0; c < width; ++c) row[c] = padding ? 0.0F : random_readable(key, c, 1.0);
    });
  }

  Expression explain(const Scope&, const Index& index) const override {
    const auto t = static_cast<std::size_t>(index[0] * axes_[1].size + index[1]);
    const std::string& token = tokens_[t];
    if (token == padding_) return Expression::constant(0, "padding is all zeros");
    const float value = random_readable(hash_text(token), static_cast<std::uint64_t>(index[2]), 1.0);
    return Expression::constant(static_cast<double>(value), "entry " + std::to_string(index[2]) +
                                                                " of the vector made from the text \"" +
                                                                token + "\"");
  }

  std::string formula(const Signature& s) const override {
    return s.id + "[b,t,:] = vector made from the text of token t";
  }
  std::string pytorch(const Signature& s) const override {
    return s.id + " = tensors[\"" + s.id + "\"]  # " + axis_sizes(s.axes) + "; a model would use nn.Embedding";
  }

 private:
  Axes axes_;
  std::vector<std::string> tokens_;
  std::string padding_;
};

}  // namespace

std::unique_ptr<Op> make_token_embeddings(const Attributes& a) {
  return std::make_unique<TokenEmbeddings>(attribute<Axes>(a, "axes"),
                                           attribute<std::vector<std::string>>(a, "tokens"),
                                           attribute<std::string>(a, "padding"));
}

}  // namespace headwise
