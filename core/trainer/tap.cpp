// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/tap.h"

namespace widthwise::trainer {

void Tap::measure(const std::string& name, const at::Tensor& x)
{
    const bool isDouble = x.scalar_type() == at::kDouble;
    const at::Tensor values = x.detach().to(at::kCPU, isDouble ? at::kDouble : at::kFloat).contiguous();
    const std::int64_t columns = values.dim() > 1 ? values.size(1) : 1;
    const std::int64_t rows = values.size(0);
    m_target->push_back(isDouble ? measureLayer(values.data_ptr<double>(), rows, columns)
                                 : measureLayer(values.data_ptr<float>(), rows, columns));
    m_target->back().layer = name;
}

} // namespace widthwise::trainer
