// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/search_program.h"

#include "core/experiment/program_words.h"
#include "core/host/host.h"
#include "core/host/line_process.h"
#include "core/search/algorithms.h"

#include <chrono>
#include <filesystem>
#include <fstream>

namespace widthwise {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::seconds unnoticed{5};  ///< so long an answer may take before a person is told
constexpr std::size_t longestQuotation = 200; ///< bytes of an answer that a person is shown

class SearchProgram final : public Conversation {
public:
    SearchProgram(std::string command, LineProcess::Options options, std::chrono::seconds patience)
        : m_command(std::move(command)), m_options(std::move(options)), m_patience(patience)
    {
    }

    void begin() override
    {
        m_process.reset();
        m_answer.clear();
        try {
            if (!m_options.errors.empty())
                std::filesystem::create_directories(std::filesystem::path(m_options.errors).parent_path());
            std::error_code none;
            const auto size = std::filesystem::file_size(m_options.errors, none);
            m_logged = none ? 0 : static_cast<std::streamoff>(size);
            m_process.emplace(m_options);
        } catch (const std::exception& error) {
            throw SearchFailure(named() + error.what());
        }
    }

    void send(const std::string& request) override
    {
        m_request = request;
        m_sent = SteadyClock::now();
        try {
            m_process->send(request);
        } catch (const HostError& error) {
            throw unanswered(error.what());
        }
    }

    std::optional<std::string> answer() override
    {
        try {
            std::optional<std::string> answer = m_process->answer();
            if (answer)
                m_answer = *answer;
            else if (!m_process->hasClosed() && SteadyClock::now() >= m_sent + m_patience)
                throw HostError("it did not answer within " + std::to_string(m_patience.count()) + " s");
            return answer;
        } catch (const HostError& error) {
            throw unanswered(error.what());
        }
    }

    std::string delay() const override
    {
        if (SteadyClock::now() < m_sent + unnoticed)
            return {};
        return "the search waits for " + named() + "it has up to " + std::to_string(m_patience.count()) +
               " s to answer";
    }

    SearchFailure failure(const std::string& problem) const override
    {
        return SearchFailure(named() + problem + ", in line " + std::to_string(m_process->answers()) +
                             " of its output: " + quoted(m_answer) + logged());
    }

private:
    SearchFailure unanswered(const std::string& problem) const
    {
        return SearchFailure(named() + problem + ", asked " + quoted(m_request) + logged());
    }
    std::string named() const { return "its program \"" + m_command + "\": "; }
    /// The last line that it has written to stderr, and where the others are.
    std::string logged() const
    {
        if (m_options.errors.empty())
            return {};
        std::ifstream log(m_options.errors);
        log.seekg(m_logged);
        std::string last;
        for (std::string line; std::getline(log, line);)
            if (!line.empty())
                last = line;
        return last.empty() ? "" : "; it said: " + quoted(last) + " (" + m_options.errors + ')';
    }
    static std::string quoted(const std::string& line)
    {
        if (line.size() <= longestQuotation)
            return line;
        std::size_t end = longestQuotation;
        while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80)
            --end; // not within a character
        return line.substr(0, end) + "…";
    }

    std::string m_command;
    LineProcess::Options m_options;
    std::chrono::seconds m_patience;
    std::optional<LineProcess> m_process;
    std::string m_request;
    SteadyClock::time_point m_sent{};
    std::string m_answer;
    std::streamoff m_logged = 0; ///< bytes that were there before it began
};

} // namespace

ExternalProgram searchProgram(const Experiment& experiment, const std::string& folder, const std::string& log)
{
    const SearchSettings& search = experiment.search;
    if (!isExternal(search))
        return {};
    const double patience = valueOf(searchAlgorithm(search.algorithm).settings, search.settings, "timeout");
    return {std::make_unique<SearchProgram>(search.command,
                                            LineProcess::Options{programWords(search.command), folder, log},
                                            std::chrono::seconds(static_cast<std::int64_t>(patience))),
            experiment.resources.parallel, experiment.budget.trials};
}

} // namespace widthwise
