// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/engine/step_statistics.h"

#include <algorithm>

namespace widthwise::trainer {

namespace {

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

StepStatistics::StepStatistics(std::int64_t every, const std::string& path, std::vector<Segment> segments)
    : m_every(every), m_segments(std::move(segments))
{
    if (every > 0) {
        m_log.emplace(path);
    }
}

void StepStatistics::begin(std::int64_t step)
{
    m_step = step;
    m_records = m_every > 0 && (step == 1 || step % m_every == 0);
    m_layers.clear();
    m_norms.clear();
}

std::span<UpdateNorms> StepStatistics::norms()
{
    if (m_records) {
        m_norms.resize(m_segments.size());
    }
    return m_norms;
}

Metrics StepStatistics::finish()
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
    for (std::size_t i = 0; i < m_norms.size(); ++i) {
        metrics.emplace_back("gradient/" + m_segments[i].name + "/norm", m_norms[i].gradient);
        metrics.emplace_back("update/" + m_segments[i].name + "/norm", m_norms[i].update);
    }
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

} // namespace widthwise::trainer
