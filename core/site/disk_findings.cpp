// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/disk_findings.h"

#include "core/experiment/amount_text.h"
#include "core/launch/exit_reason.h"
#include "core/site/machine_findings.h"

#include <algorithm>
#include <charconv>
#include <sstream>

namespace widthwise {

namespace {

constexpr std::uint64_t kibibyte = 1024;
constexpr double nearlyAll = 0.9; ///< of a quota

/// `123*` is over its limit.
std::optional<std::uint64_t> numberOf(std::string_view text)
{
    if (text.ends_with('*'))
        text.remove_suffix(1);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::vector<std::string> wordsOf(const std::string& line)
{
    std::istringstream stream(line);
    std::vector<std::string> words;
    for (std::string word; stream >> word;)
        words.push_back(word);
    return words;
}

/// The hard limit, or the soft one where there is no other.
std::uint64_t limitOf(std::uint64_t soft, std::uint64_t hard)
{
    return hard > 0 ? hard : soft;
}

/// Blocks, soft and hard limit, grace; the same of files.
std::optional<Quota> quotaOf(const std::vector<std::string>& words, const std::string& device)
{
    constexpr std::size_t columns = 8;
    constexpr std::size_t graceOfBlocks = 3;
    if (words.size() < columns)
        return std::nullopt;
    std::vector<std::uint64_t> numbers;
    for (std::size_t i = 0; i + 1 < columns; ++i) {
        const auto number = i == graceOfBlocks ? std::optional<std::uint64_t>(0) : numberOf(words[i]);
        if (!number)
            return std::nullopt;
        numbers.push_back(*number);
    }
    return Quota{device, numbers[0] * kibibyte, limitOf(numbers[1], numbers[2]) * kibibyte, numbers[4],
                 limitOf(numbers[5], numbers[6])};
}

Finding judgeFolder(const std::string& folder, const SiteAnswer& answer)
{
    if (answer.exitCode == 0)
        return {"folder", Verdict::Good, folder + " can be written to", {}};
    const std::string why = lastLine(answer.text);
    const bool full =
        why.find("No space left") != std::string::npos || why.find("quota") != std::string::npos;
    return {"folder", Verdict::Bad, why.empty() ? folder + " cannot be written to" : why,
            full ? "make room there, or name another `folder:`" : "name a `folder:` that you may write to"};
}

Finding judgeQuota(const Quota& quota)
{
    std::string found;
    double share = 0;
    const auto add = [&](std::uint64_t used, std::uint64_t most, const std::string& text) {
        if (most == 0)
            return;
        found += (found.empty() ? "" : ", ") + text;
        share = std::max(share, static_cast<double>(used) / static_cast<double>(most));
    };
    add(quota.used, quota.mostBytes, bytesText(quota.used) + " of " + bytesText(quota.mostBytes));
    add(quota.files, quota.mostFiles,
        std::to_string(quota.files) + " of " + std::to_string(quota.mostFiles) + " files");
    const Verdict verdict = share >= 1 ? Verdict::Bad : share > nearlyAll ? Verdict::Warning : Verdict::Good;
    return {"quota", verdict, found,
            verdict == Verdict::Good ? "" : "remove what is not needed, or ask for more"};
}

const std::string& textOf(const SiteAnswers& answers, std::string_view question)
{
    static const std::string none;
    const auto found = answers.find(question);
    return found == answers.end() || found->second.exitCode != 0 ? none : found->second.text;
}

} // namespace

std::optional<DiskSpace> readDf(std::string_view text)
{
    std::istringstream lines{std::string(text)};
    for (std::string line; std::getline(lines, line);) {
        const std::vector<std::string> words = wordsOf(line); // device, blocks, used, available, …
        if (words.size() >= 6)
            if (const auto available = numberOf(words[3]))
                return DiskSpace{words[0], *available * kibibyte};
    }
    return std::nullopt;
}

std::vector<Quota> readQuotas(std::string_view text)
{
    std::vector<Quota> quotas;
    std::istringstream lines{std::string(text)};
    std::string device;
    for (std::string line; std::getline(lines, line);) {
        std::vector<std::string> words = wordsOf(line);
        if (words.size() == 1) { // a long name has a line of its own
            device = words.front();
            continue;
        }
        if (!words.empty() && !numberOf(words.front())) {
            device = words.front();
            words.erase(words.begin());
        }
        if (const auto quota = quotaOf(words, device))
            quotas.push_back(*quota);
    }
    return quotas;
}

Findings judgeDisk(const std::string& folder, const SiteAnswers& answers)
{
    Findings findings;
    if (const auto written = answers.find("folder"); written != answers.end())
        findings.push_back(judgeFolder(folder, written->second));
    const auto space = readDf(textOf(answers, "space"));
    if (!space)
        return findings;
    findings.push_back(judgeSpace(space->available, "where trials lie",
                                  "make room, or name another `folder:`: checkpoints lie there"));
    std::vector<Quota> quotas = readQuotas(textOf(answers, "lfs"));
    for (const Quota& quota : readQuotas(textOf(answers, "quota")))
        if (quota.device == space->device)
            quotas.push_back(quota);
    for (const Quota& quota : quotas)
        if (quota.mostBytes > 0 || quota.mostFiles > 0)
            findings.push_back(judgeQuota(quota));
    return findings;
}

} // namespace widthwise
