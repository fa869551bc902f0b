// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/run_display.h"

#include "app/ctl/json_text.h"
#include "app/ctl/text.h"
#include "core/experiment/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <iostream>
#include <iterator>

namespace widthwise::ctl {

namespace {

using namespace std::chrono_literals;

class LiveDisplay final : public RunDisplay {
public:
    explicit LiveDisplay(std::span<const Trial> known) : m_changes(known) {}

    void show(const Moment& moment) override
    {
        m_terminal = terminalOf(STDOUT_FILENO); // it may have been resized
        std::vector<Line> ended;
        for (const Trial* trial : m_changes.next(moment.trials))
            if (isFinal(trial->state) || trial->state == TrialState::Paused)
                ended.push_back(changeLine(moment, *trial, m_terminal));
        const auto now = std::chrono::steady_clock::now();
        if (ended.empty() && now - m_drawn < 100ms)
            return;
        m_drawn = now;
        draw(ended, block(moment));
    }

    void close() override { draw({}, {}); }

private:
    std::vector<Line> block(const Moment& moment) const
    {
        std::vector<Line> lines{{}, progressLine(moment, m_terminal)};
        if (Line best = bestLine(moment); !best.empty())
            lines.push_back(std::move(best));
        std::vector<Line> notices = noticeLines(moment.trials);
        for (Line& line : activeLines(moment, m_terminal, mostActive(notices.size())))
            lines.push_back(std::move(line));
        std::ranges::move(notices, std::back_inserter(lines));
        if (moment.state == ExperimentState::Paused)
            lines.push_back({{"paused: no new trials are started; widthwisectl resume " +
                                  moment.experiment.name + " goes on",
                              Tone::Warning}});
        if (!moment.notice.empty())
            lines.push_back({{printable(moment.notice), Tone::Warning}});
        lines.push_back({{"Ctrl-C leaves the trials running", Tone::Muted}});
        return lines;
    }

    /// The block has to fit on the screen: only there can it be drawn over.
    std::size_t mostActive(std::size_t notices) const
    {
        const std::size_t otherLines = 7 + notices;
        return std::clamp<std::size_t>(m_terminal.rows, otherLines + 1, otherLines + 8) - otherLines;
    }

    /// The block is drawn over the one before; a single write, so that it does not flicker.
    void draw(const std::vector<Line>& above, const std::vector<Line>& block)
    {
        std::string text = m_height > 0 ? "\033[" + std::to_string(m_height) + 'A' : std::string();
        text += "\r\033[J";
        for (const Line& line : above)
            text += rendered(line, m_terminal) + '\n';
        for (const Line& line : block)
            text += rendered(line, m_terminal) + '\n';
        m_height = block.size();
        std::cout << text << std::flush;
    }

    Terminal m_terminal;
    TrialChanges m_changes;
    std::size_t m_height = 0;
    std::chrono::steady_clock::time_point m_drawn;
};

class PlainDisplay final : public RunDisplay {
public:
    PlainDisplay(const Terminal& terminal, std::span<const Trial> known, bool timestamps)
        : m_terminal(terminal), m_timestamps(timestamps), m_changes(known)
    {
    }

    void show(const Moment& moment) override
    {
        for (const Trial* trial : m_changes.next(moment.trials)) {
            if (trial->state == TrialState::Queued)
                continue;
            say(moment,
                rendered(changeLine(moment, *trial, m_terminal), m_terminal) + outlook(moment, *trial));
            if (isFinal(trial->state))
                for (const Notice& notice : trial->notices)
                    say(moment,
                        "  trial " + std::to_string(trial->number) + ": " + printable(toText(notice)));
        }
        sayWhyAllWait(moment);
        if (moment.notice != m_notice && !moment.notice.empty())
            say(moment, printable(moment.notice));
        m_notice = moment.notice;
        std::cout << std::flush;
    }

private:
    void say(const Moment& moment, const std::string& text) const
    {
        std::cout << (m_timestamps ? isoTimeText(moment.now) + ' ' : std::string()) << text << '\n';
    }

    /// Of the first. That other numbers stand in it, a place in a queue, is no news.
    void sayWhyAllWait(const Moment& moment)
    {
        const auto waits = std::ranges::find(moment.trials, TrialState::Queued, &Trial::state);
        const bool anyRuns =
            std::ranges::find(moment.trials, TrialState::Running, &Trial::state) != moment.trials.end();
        std::string why = anyRuns || waits == moment.trials.end() ? std::string() : waits->reason;
        std::erase_if(why, [](unsigned char letter) { return std::isdigit(letter) != 0; });
        if (!why.empty() && why != m_why)
            say(moment, "trial " + std::to_string(waits->number) + ' ' + printable(waits->reason));
        m_why = why;
    }

    /// " [7/24, about 3 min left]" behind a trial that ended.
    static std::string outlook(const Moment& moment, const Trial& trial)
    {
        if (!isFinal(trial.state))
            return {};
        const auto ended =
            std::ranges::count_if(moment.trials, [](const Trial& t) { return isFinal(t.state); });
        const std::optional<Seconds> remaining = remainingTime(moment.experiment, moment.trials, moment.now);
        std::string text =
            " [" + toText(ended, expectedTrials(moment.experiment, moment.state, moment.trials));
        if (remaining && moment.state == ExperimentState::Running && remaining->count() > 0)
            text += ", " + aboutText(*remaining) + " left";
        return text + ']';
    }

    Terminal m_terminal;
    bool m_timestamps;
    TrialChanges m_changes;
    std::string m_notice;
    std::string m_why; ///< without its numbers
};

class JsonDisplay final : public RunDisplay {
public:
    explicit JsonDisplay(std::span<const Trial> known) : m_changes(known) {}

    void show(const Moment& moment) override
    {
        for (const Trial* trial : m_changes.next(moment.trials))
            std::cout << trialEvent(*trial, moment.now);
        std::cout << std::flush;
    }

private:
    TrialChanges m_changes;
};

} // namespace

std::unique_ptr<RunDisplay> liveDisplay(std::span<const Trial> known)
{
    return std::make_unique<LiveDisplay>(known);
}

std::unique_ptr<RunDisplay> plainDisplay(const Terminal& terminal, std::span<const Trial> known,
                                         bool timestamps)
{
    return std::make_unique<PlainDisplay>(terminal, known, timestamps);
}

std::unique_ptr<RunDisplay> jsonDisplay(std::span<const Trial> known)
{
    return std::make_unique<JsonDisplay>(known);
}

} // namespace widthwise::ctl
