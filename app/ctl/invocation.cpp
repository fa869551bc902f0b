// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/invocation.h"

#include "core/space/nearest.h"
#include "core/store/database.h"

#include <charconv>
#include <filesystem>

namespace widthwise::ctl {

Invocation::Invocation(const Subcommand& command, const QStringList& arguments) : m_command(command)
{
    const auto take = [this](const QString& option, const QString& value) {
        m_parser.addOption(QCommandLineOption(option, QString(), value));
    };
    m_parser.addOption(QCommandLineOption(QStringLiteral("h")));
    for (const std::span<const Option> options : {std::span(command.options), commonOptions()})
        for (const Option& option : options)
            take(QString::fromStdString(option.name), QString::fromStdString(option.value));
    const bool understood = m_parser.parse(QStringList(QString::fromStdString(command.name)) + arguments);
    if (wantsHelp())
        return;
    refuseUnknownOptions();
    if (!understood) {
        QString problem = m_parser.errorText();
        problem.remove(QLatin1Char('.'));
        refuse(problem.left(1).toLower().toStdString() + problem.mid(1).toStdString());
    }
    if (count() < command.fewest)
        refuse("it needs " + command.arguments);
    if (count() > command.most)
        refuse("unexpected argument \"" + argument(command.most) + '"');
}

void Invocation::refuse(const std::string& problem) const
{
    throw Failure(BadUsage,
                  m_command.name + ": " + problem + " (see widthwisectl " + m_command.name + " --help)");
}

void Invocation::refuseUnknownOptions() const
{
    const QStringList unknown = m_parser.unknownOptionNames();
    if (unknown.isEmpty())
        return;
    std::vector<std::string> known;
    for (const std::span<const Option> options : {std::span(m_command.options), commonOptions()})
        for (const Option& option : options)
            known.push_back(option.name);
    const std::string name = unknown.first().toStdString();
    refuse("unknown option --" + name + suggestion(name, known));
}

std::string Invocation::storeFile() const
{
    return std::filesystem::absolute(value("store").value_or(defaultStoreFile()));
}

std::size_t Invocation::count() const
{
    return static_cast<std::size_t>(m_parser.positionalArguments().size());
}

std::string Invocation::argument(std::size_t index) const
{
    return m_parser.positionalArguments().at(static_cast<qsizetype>(index)).toStdString();
}

bool Invocation::has(const char* option) const
{
    return m_parser.isSet(QString::fromLatin1(option));
}

std::optional<std::string> Invocation::value(const char* option) const
{
    if (!has(option))
        return std::nullopt;
    return m_parser.value(QString::fromLatin1(option)).toStdString();
}

std::vector<std::string> Invocation::values(const char* option) const
{
    std::vector<std::string> values;
    for (const QString& value : m_parser.values(QString::fromLatin1(option)))
        values.push_back(value.toStdString());
    return values;
}

std::optional<int> Invocation::number(const char* option) const
{
    const std::optional<std::string> text = value(option);
    return text ? std::optional(wholeNumber(*text, "--" + std::string(option))) : std::nullopt;
}

std::optional<int> Invocation::trial(std::size_t index) const
{
    const std::optional<int> named = number("trial");
    if (count() <= index)
        return named;
    const int positional = wholeNumber(argument(index), "TRIAL");
    if (named && *named != positional)
        refuse("trial " + std::to_string(positional) + " or trial " + std::to_string(*named) + "?");
    return positional;
}

int Invocation::wholeNumber(const std::string& text, const std::string& what) const
{
    int number = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stopped != end || number < 0)
        refuse(what + " takes a whole number, got \"" + text + '"');
    return number;
}

} // namespace widthwise::ctl
