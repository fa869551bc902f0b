// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/point_sieve.h"

#include "core/space/value.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace widthwise {

namespace {

/// A series as the store holds it, and what of a batch goes behind it.
class Sieve {
public:
    Sieve(SeriesTable& table, const SeriesSummary* known)
        : m_table(table), m_known(known != nullptr && known->count > 0 ? known : nullptr)
    {
    }

    bool accepts(const Point& point)
    {
        if (const std::optional<std::int64_t> last = lastStep(); last && point.step <= *last)
            return false;
        m_accepted.push_back(point);
        return true;
    }
    std::optional<std::int64_t> lastStep() const
    {
        if (!m_accepted.empty())
            return m_accepted.back().step;
        return m_known != nullptr ? std::optional(m_known->lastStep) : std::nullopt;
    }
    std::optional<double> valueAt(std::int64_t step)
    {
        const auto fresh = std::ranges::lower_bound(m_accepted, step, {}, &Point::step);
        if (fresh != m_accepted.end() && fresh->step == step)
            return fresh->value;
        if (m_known != nullptr && m_stored.size() == 0)
            m_stored = m_table.read(m_known->id);
        const auto place = std::ranges::lower_bound(m_stored.steps, step);
        if (place == m_stored.steps.end() || *place != step)
            return std::nullopt;
        return m_stored.values[static_cast<std::size_t>(place - m_stored.steps.begin())];
    }
    std::vector<Point> takeAccepted() { return std::move(m_accepted); }

private:
    SeriesTable& m_table;
    const SeriesSummary* m_known;
    Points m_stored;
    std::vector<Point> m_accepted;
};

bool isSame(double a, double b)
{
    return a == b || (std::isnan(a) && std::isnan(b));
}

/// Output that names the step beside its metrics: no value of its own.
bool repeatsStep(const std::string& metric, const Point& point)
{
    return metric == "step" && point.value == static_cast<double>(point.step);
}

} // namespace

std::vector<Notice> sift(SeriesTable& table, std::int64_t trial,
                         std::map<std::string, std::vector<Point>>& points)
{
    std::vector<Notice> lost;
    const std::vector<SeriesSummary> summaries = table.ofTrial(trial);
    for (auto& [metric, batch] : points) {
        const auto summary = std::ranges::find(summaries, metric, &SeriesSummary::metric);
        Sieve sieve(table, summary == summaries.end() ? nullptr : &*summary);
        for (const Point& point : batch) {
            if (sieve.accepts(point))
                continue;
            if (repeatsStep(metric, point))
                continue;
            const std::optional<double> known = sieve.valueAt(point.step);
            const std::string step = "step " + std::to_string(point.step);
            if (!known)
                add(lost, {Notice::Kind::OutOfOrder, 1, metric, step,
                           " after " + std::to_string(sieve.lastStep().value())});
            else if (!isSame(*known, point.value))
                add(lost, {Notice::Kind::Again, 1, metric, step,
                           ": " + toText(Value(point.value)) + " after " + toText(Value(*known))});
        }
        batch = sieve.takeAccepted();
    }
    std::erase_if(points, [](const auto& column) { return column.second.empty(); });
    return lost;
}

} // namespace widthwise
