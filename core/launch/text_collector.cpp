// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/line_collector.h"
#include "core/launch/number_text.h"
#include "core/launch/trial_directory.h"

#include <nlohmann/json.hpp>
#include <regex>
#include <stdexcept>

namespace widthwise {

namespace {

/// std::regex recurses for the characters it matches; a line much longer than this could overflow the stack.
constexpr std::size_t longestMatched = 1024;

/// Without backtracking where the library can, as an expression such as `(.|x)*y` would keep the driver busy
/// for ever. Expressions with back-references need it.
std::regex compile(const std::string& pattern)
{
#ifdef __GLIBCXX__
    try {
        return std::regex(pattern, std::regex::ECMAScript | std::regex_constants::__polynomial);
    } catch (const std::regex_error&) { // NOLINT(bugprone-empty-catch): tried again below
    }
#endif
    try {
        return std::regex(pattern, std::regex::ECMAScript);
    } catch (const std::regex_error& error) {
        throw std::invalid_argument("the collector's regular expression " + pattern +
                                    " is not valid: " + error.what());
    }
}

class Stdout final : public LineCollector {
public:
    Stdout(const StdoutCollector& settings, const std::string& state)
        : LineCollector(std::string(trial_file::output)), m_pattern(compile(settings.pattern))
    {
        if (m_pattern.mark_count() < 2)
            throw std::invalid_argument("the collector's regular expression " + settings.pattern +
                                        " needs two groups, the metric's name and its value");
        restore(state);
    }

protected:
    /// A line that does not match is none of ours; output is free text.
    Line readLine(std::string_view line, MetricSamples& samples) override
    {
        std::cmatch match;
        line = line.substr(0, longestMatched);
        if (!std::regex_search(line.data(), line.data() + line.size(), match, m_pattern))
            return Line::Read;
        const std::optional<double> value = numberFromText(match[2].str());
        if (!value)
            return Line::Malformed;
        const std::string name = match[1].str();
        std::uint32_t step = m_counts[name]++;
        if (match.size() > 3 && match[3].matched) {
            const std::optional<std::uint32_t> said = stepFromText(match[3].str());
            if (!said)
                return Line::Malformed;
            step = *said;
        }
        samples[name].push_back({step, *value});
        return Line::Read;
    }
    void save(nlohmann::json& state) const override { state["counts"] = m_counts; }
    void load(const nlohmann::json& state) override { m_counts = state.value("counts", m_counts); }

private:
    std::regex m_pattern;
    std::map<std::string, std::uint32_t> m_counts; ///< lines of each name so far
};

} // namespace

std::unique_ptr<MetricsCollector> makeStdoutCollector(const StdoutCollector& settings,
                                                      const std::string& state)
{
    return std::make_unique<Stdout>(settings, state);
}

} // namespace widthwise
