// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/commands.h"

#include "core/store/experiment_tokens.h"
#include "core/store/query.h"

#include <algorithm>
#include <array>

namespace widthwise {
namespace {

using Kind = Command::Kind;

constexpr std::array<std::pair<Kind, std::string_view>, 8> kindNames{{
    {Kind::Pause, "pause"},
    {Kind::Resume, "resume"},
    {Kind::Stop, "stop"},
    {Kind::PauseTrial, "pause trial"},
    {Kind::ResumeTrial, "resume trial"},
    {Kind::StopTrial, "stop trial"},
    {Kind::RetryTrial, "retry trial"},
    {Kind::Change, "change"},
}};

} // namespace

std::string_view toText(Kind kind)
{
    return std::ranges::find(kindNames, kind, [](const auto& entry) { return entry.first; })->second;
}

std::optional<Kind> commandKindFromText(std::string_view text)
{
    const auto* entry = std::ranges::find(kindNames, text, [](const auto& named) { return named.second; });
    return entry == kindNames.end() ? std::nullopt : std::optional(entry->first);
}

void Commands::add(std::int64_t experiment, const Command& command, TimePoint now)
{
    Query query(
        m_database,
        "INSERT INTO command (experiment, kind, trial, text, created, owner) VALUES (?, ?, ?, ?, ?, ?)");
    const std::int64_t owner = m_database.tokens().of(experiment);
    query.bind(experiment, toText(command.kind), command.trial, command.text, now, owner).run();
}

void Commands::addForwarded(std::int64_t experiment, const Command& command, const std::string& token,
                            TimePoint now)
{
    Query query(m_database, R"sql(
        INSERT INTO command (experiment, kind, trial, text, created, token, owner) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (token) DO NOTHING)sql");
    const std::int64_t owner = m_database.tokens().of(experiment);
    query.bind(experiment, toText(command.kind), command.trial, command.text, now, token, owner).run();
}

std::vector<std::pair<std::int64_t, Command>> Commands::open(std::int64_t experiment)
{
    std::vector<std::pair<std::int64_t, Command>> commands;
    const std::optional<std::int64_t> token = m_database.tokens().find(experiment);
    Query query(m_database, "SELECT id, kind, trial, text, owner IS NOT ? FROM command "
                            "WHERE experiment = ? AND closed IS NULL ORDER BY id");
    query.bind(token, experiment);
    while (query.next()) {
        auto& [id, command] = commands.emplace_back();
        std::string kind;
        bool isForeign = false;
        query.read(id, kind, command.trial, command.text, isForeign);
        if (isForeign)
            throwMixed(m_database, experiment);
        const std::optional<Kind> known = commandKindFromText(kind);
        if (!known)
            throw StoreError(StoreError::Kind::Corrupt,
                             m_database.file() + ": holds a command that is unknown here, \"" + kind + "\"");
        command.kind = *known;
    }
    return commands;
}

void Commands::close(std::int64_t id, TimePoint now)
{
    Query(m_database, "UPDATE command SET closed = ? WHERE id = ?").bind(now, id).run();
}

} // namespace widthwise
