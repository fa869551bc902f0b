// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/launch/trial_directory.h"

#include <array>
#include <cctype>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

namespace widthwise {

namespace {

/// Letters, digits, `-`, `_` and `.` stay; anything else could mean something to a file system or a shell.
std::string asFileName(std::string_view name)
{
    std::string safe(name.substr(0, 100));
    for (char& c : safe)
        if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_' && c != '.')
            c = '_';
    return safe.empty() || safe.front() == '.' ? "_" + safe : safe;
}

std::string compactTime(TimePoint time)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const std::time_t whole = std::chrono::system_clock::to_time_t(seconds);
    std::tm utc{};
    gmtime_r(&whole, &utc);
    std::array<char, 32> text{};
    const std::size_t length = std::strftime(text.data(), text.size(), "%Y%m%d-%H%M%S", &utc);
    std::snprintf(text.data() + length, text.size() - length, ".%03d",
                  static_cast<int>((time - seconds).count()));
    return text.data();
}

} // namespace

std::string experimentDirectory(std::string_view root, std::string_view experiment,
                                TimePoint experimentCreated)
{
    return std::string(root) + '/' + asFileName(experiment) + '.' + compactTime(experimentCreated);
}

std::string trialDirectory(std::string_view root, std::string_view experiment, TimePoint experimentCreated,
                           int trial)
{
    std::array<char, 16> number{};
    std::snprintf(number.data(), number.size(), "%04d", trial);
    return experimentDirectory(root, experiment, experimentCreated) + '/' + number.data();
}

std::optional<TrialStatus> parseTrialStatus(std::string_view json)
{
    const nlohmann::json object = nlohmann::json::parse(json, nullptr, false);
    if (!object.is_object())
        return std::nullopt;
    try {
        const std::string phase = object.at("phase");
        if (phase != "started" && phase != "exited")
            return std::nullopt;
        TrialStatus status;
        status.phase = phase == "exited" ? TrialStatus::Phase::Exited : TrialStatus::Phase::Started;
        status.attempt = object.at("attempt");
        status.wrapperPid = object.at("pid");
        status.wrapperStartTicks = object.at("start_ticks");
        status.programPid = object.at("program");
        status.bootId = object.at("boot_id");
        status.host = object.at("host");
        status.device = object.at("device");
        status.startedAt = object.at("started_at");
        status.heartbeatAt = object.at("heartbeat_at");
        status.exitCode = object.at("exit_code");
        status.terminated = object.value("terminated", false);
        return status;
    } catch (const nlohmann::json::exception&) {
        return std::nullopt;
    }
}

} // namespace widthwise
