// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/metrics_reader.h"

namespace widthwise {

namespace {
constexpr std::int64_t headBytes = 8192;
}

MetricsReader::MetricsReader(const Collector& collector, const std::string& trialDirectory,
                             ReadPosition position)
    : m_settings(collector), m_path(trialDirectory + '/' + metricsFile(collector)),
      m_position(std::move(position)), m_collector(makeCollector(collector, m_position.collector))
{
}

FileRequest MetricsReader::headRequest() const
{
    return {m_path, 0, std::holds_alternative<CsvCollector>(m_settings) ? headBytes : 0};
}

FileRequest MetricsReader::nextRequest(std::int64_t limit) const
{
    return {m_path, m_position.offset, limit};
}

void MetricsReader::take(const std::optional<FileSlice>& head, const std::optional<FileSlice>& next,
                         bool atEnd)
{
    m_drained = true;
    if (!head || !next)
        return;
    if (next->size < m_position.offset || !m_collector->stillReads(head->bytes)) {
        startOver();
        m_drained = false;
        return;
    }
    const auto end = m_position.offset + static_cast<std::int64_t>(next->bytes.size());
    const bool wholeRest = end >= next->size;
    const std::size_t taken = m_collector->take(next->bytes, atEnd && wholeRest, m_samples);
    m_position.offset += static_cast<std::int64_t>(taken);
    m_news |= taken > 0;
    m_drained = wholeRest;
}

/// The program has written its file anew; what is known already is left out by its steps.
void MetricsReader::startOver()
{
    m_position.offset = 0;
    m_position.collector.clear();
    m_collector = makeCollector(m_settings, {});
    m_news = true;
}

std::map<std::string, std::vector<Point>> MetricsReader::takePoints()
{
    std::map<std::string, std::vector<Point>> points;
    for (auto& [metric, samples] : m_samples) {
        std::vector<Point>& column = points[metric];
        column.reserve(samples.size());
        for (const MetricSample& sample : samples)
            column.push_back({sample.step, sample.value});
    }
    m_samples.clear();
    m_news = false;
    return points;
}

ReadPosition MetricsReader::position() const
{
    return {m_position.attempt, m_position.offset, m_collector->state()};
}

} // namespace widthwise
