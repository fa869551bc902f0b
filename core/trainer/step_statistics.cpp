// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/step_statistics.h"

#include <algorithm>

namespace widthwise::trainer {

namespace {

template <typename Real>
void addNorms(Metrics& metrics, const std::string& what, const std::vector<Segment>& segments,
              std::span<const Real> after, std::span<const Real> before)
{
    for (const Segment& segment : segments) {
        metrics.emplace_back(what + "/" + segment.name + "/norm",
                             normOfDifference(static_cast<std::int64_t>(segment.end - segment.begin),
                                              after.data() + segment.begin,
                                              before.empty() ? nullptr : before.data() + segment.begin));
    }
}

std::string countsText(const ExponentHistogram& exponents)
{
    constexpr std::int64_t bias = 127;
    const auto isFilled = [](std::int64_t count) { return count > 0; };
    const auto first = std::ranges::find_if(exponents, isFilled);
    const auto last = std::find_if(exponents.rbegin(), std::make_reverse_iterator(first), isFilled).base();
    std::string text = "{\"lowest\":" + std::to_string(first - exponents.begin() - bias) + ",\"counts\":[";
    for (auto count = first; count < last; ++count) {
        text += (count == first ? "" : ",") + std::to_string(*count);
    }
    return text + "]}";
}

} // namespace

template <typename Real>
StepStatistics<Real>::StepStatistics(std::int64_t every, const std::string& path,
                                     std::vector<Segment> segments)
    : m_every(every), m_segments(std::move(segments))
{
    if (every > 0) {
        m_log.emplace(path);
    }
}

template <typename Real>
void StepStatistics<Real>::begin(std::int64_t step)
{
    m_step = step;
    m_records = m_every > 0 && (step == 1 || step % m_every == 0);
    m_layers.clear();
    m_norms.clear();
}

template <typename Real>
void StepStatistics<Real>::beforeUpdate(std::span<const Real> values, std::span<const Real> gradient)
{
    if (m_records) {
        addNorms<Real>(m_norms, "gradient", m_segments, gradient, {});
        m_before.assign(values.begin(), values.end());
    }
}

template <typename Real>
void StepStatistics<Real>::afterUpdate(std::span<const Real> values)
{
    if (m_records) {
        addNorms<Real>(m_norms, "update", m_segments, values, m_before);
    }
}

template <typename Real>
Metrics StepStatistics<Real>::finish()
{
    if (!m_records) {
        return {};
    }
    m_log->write(m_step, exponentsLine(m_step, m_layers));
    Metrics metrics;
    for (const LayerStatistics& layer : m_layers) {
        const std::string name = "coordinate/" + layer.layer;
        metrics.emplace_back(name + "/l1", layer.l1);
        metrics.emplace_back(name + "/std", layer.deviation);
        metrics.emplace_back(name + "/max", layer.max);
    }
    metrics.insert(metrics.end(), m_norms.begin(), m_norms.end());
    return metrics;
}

std::string exponentsLine(std::int64_t step, const std::vector<LayerStatistics>& layers)
{
    std::string line = "{\"step\":" + std::to_string(step) + ",\"exponents\":{";
    for (const LayerStatistics& layer : layers) {
        line += (line.back() == '{' ? "\"" : ",\"") + layer.layer + "\":" + countsText(layer.exponents);
    }
    return line + "}}\n";
}

template class StepStatistics<float>;
template class StepStatistics<double>;

} // namespace widthwise::trainer
