// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/engine/tap.h"

#include "core/trainer/compute/ragged_ops.h"
#include "core/trainer/compute/sampled_kernels.h"

namespace widthwise::trainer {

namespace {

/// Where the kernels can read it.
at::Tensor readable(const at::Tensor& x)
{
    return x.detach().to(at::kCPU, x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat).contiguous();
}

} // namespace

template <typename Real>
void Tap::add(const std::string& name, const Real* values, std::int64_t rows, std::int64_t columns)
{
    m_target->push_back(measureLayer(values, rows, columns));
    m_target->back().layer = name;
}

void Tap::measure(const std::string& name, const at::Tensor& x)
{
    const at::Tensor values = readable(x);
    dispatch(values, [&]<typename Real>(Real*) {
        add(name, values.data_ptr<Real>(), values.size(0), values.size(1));
    });
}

void Tap::measureLogits(const std::string& name, const at::Tensor& qkv, const at::Tensor& offsets,
                        std::int64_t heads, double scale)
{
    const at::Tensor values = readable(qkv);
    const at::Tensor places = offsets.cpu();
    dispatch(values, [&]<typename Real>(Real*) {
        const std::vector<Real> logits =
            attentionLogits(shapeOf(values, places, heads, scale), values.data_ptr<Real>());
        add(name, logits.data(), std::ssize(logits), 1);
    });
}

void Tap::measurePairs(const std::string& name, const at::Tensor& first, const at::Tensor& second,
                       const at::Tensor& jet, const at::Tensor& offsets)
{
    const at::Tensor a = readable(first);
    const at::Tensor b = readable(second);
    const at::Tensor c = readable(jet);
    const at::Tensor places = offsets.cpu();
    const std::int64_t width = a.size(1);
    dispatch(a, [&]<typename Real>(Real*) {
        const std::vector<Real> sums =
            pairSums(spanOf(places), width, a.data_ptr<Real>(), b.data_ptr<Real>(), c.data_ptr<Real>());
        add(name, sums.data(), std::ssize(sums) / width, width);
    });
}

} // namespace widthwise::trainer
