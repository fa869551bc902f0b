// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/metrics_reader.h"

#include "core/run/file_listing.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace widthwise {

MetricsReader::MetricsReader(const Collector& collector, const std::string& trialDirectory,
                             ReadPosition position)
    : m_settings(collector), m_directory(trialDirectory), m_file(isPattern() ? "" : metricsFile(collector)),
      m_attempt(position.attempt)
{
    const nlohmann::json state = nlohmann::json::parse(position.collector, nullptr, false);
    const bool whole = state.is_object() && state.contains("collector");
    m_place = ReadPlace::restored(position.offset, whole ? state["place"] : nlohmann::json::object());
    if (whole) {
        m_file = state.value("file", m_file);
        m_dropped = noticesFromJson(state.value("dropped", ""));
        m_earlier = noticesFromJson(state.value("earlier", ""));
    }
    m_collector =
        makeCollector(collector, whole ? state["collector"].get<std::string>() : position.collector);
}

bool MetricsReader::isPattern() const
{
    return metricsFile(m_settings).find_first_of("*?") != std::string::npos;
}

std::vector<FileRequest> MetricsReader::requests(std::int64_t limit, bool atEnd)
{
    m_atEnd = atEnd;
    std::vector<FileRequest> requests;
    const auto list = [&](const std::string& pattern) {
        requests.push_back({m_directory + '/' + pattern, 0, 0, {}, true});
    };
    if (isPattern())
        list(metricsFile(m_settings));
    if (m_missing)
        for (const std::string& pattern : similarFiles(metricsFile(m_settings)))
            list(pattern);
    m_listings = requests.size();
    if (!m_file.empty())
        requests.push_back(m_place.request(m_directory + '/' + m_file, limit, atEnd));
    return requests;
}

void MetricsReader::take(std::span<const std::optional<FileSlice>> slices)
{
    m_drained = true;
    if (slices.size() > m_listings && slices[m_listings])
        takeFile(*slices[m_listings], m_atEnd);
    if (isPattern() && m_drained && slices.front())
        followNewest(slices.front()->bytes);
    if (!m_atEnd || !m_drained || m_place.seen())
        return;
    if (m_missing)
        sayNeverThere(slices.first(m_listings));
    m_drained = m_missing;
    m_missing = true;
}

void MetricsReader::takeFile(const FileSlice& slice, bool atEnd)
{
    if (slice.same)
        return;
    const std::optional<std::string_view> bytes = m_place.follows(slice);
    if (!bytes) {
        startOver();
        return;
    }
    const bool wholeRest = m_place.offset() + std::ssize(*bytes) >= slice.size;
    const std::size_t taken = m_collector->take(*bytes, atEnd && wholeRest, m_samples);
    m_news |= taken > 0 || !m_samples.empty() || !m_place.seen();
    m_place.advance(slice, taken);
    m_drained = wholeRest;
}

/// The program has written its file anew, or put another in its place.
void MetricsReader::startOver()
{
    m_place = {};
    m_startedOver = true;
    m_dropped.clear();
    m_collector = makeCollector(m_settings, {});
    m_news = true;
    m_drained = false;
}

/// What was read of the file before is kept.
void MetricsReader::followNewest(const std::string& listing)
{
    const std::optional<std::string> newest = newestFile(listing);
    if (!newest || *newest == m_directory + '/' + m_file)
        return;
    m_collector->take({}, true, m_samples);
    for (const Notice& notice : m_collector->notices())
        add(m_earlier, notice);
    for (const Notice& notice : m_dropped)
        add(m_earlier, notice);
    m_file = newest->substr(m_directory.size() + 1);
    startOver();
}

void MetricsReader::sayNeverThere(std::span<const std::optional<FileSlice>> listings)
{
    if (m_neverThere)
        return;
    m_neverThere = true;
    const std::string file = metricsFile(m_settings);
    std::string instead;
    for (const std::optional<FileSlice>& listing : listings)
        if (const auto found = listing ? newestFile(listing->bytes) : std::nullopt; found && instead.empty())
            instead = found->substr(m_directory.size() + 1);
    add(m_dropped, {Notice::Kind::NeverThere, 1, file, {}, instead});
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
    const nlohmann::json state = {{"file", m_file},
                                  {"place", m_place.state()},
                                  {"dropped", toJson(m_dropped)},
                                  {"earlier", toJson(m_earlier)},
                                  {"collector", m_collector->state()}};
    return {m_attempt, m_place.offset(),
            state.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

std::vector<Notice> MetricsReader::notices() const
{
    std::vector<Notice> all = m_earlier;
    for (const auto* const part : {&m_collector->notices(), &m_dropped})
        for (const Notice& notice : *part)
            add(all, notice);
    return all;
}

void MetricsReader::note(const std::vector<Notice>& notices)
{
    for (const Notice& notice : notices)
        add(m_dropped, notice);
}

} // namespace widthwise
