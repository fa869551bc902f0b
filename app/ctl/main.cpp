// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/invocation.h"
#include "app/ctl/subcommand.h"
#include "core/experiment/experiment_file.h"
#include "core/host/host.h"
#include "core/space/nearest.h"
#include "core/store/database.h"

#include <algorithm>
#include <clocale>
#include <csignal>
#include <iostream>

using namespace widthwise;
using namespace widthwise::ctl;

namespace {

QStringList argumentsFrom(int count, char** values)
{
    QStringList arguments;
    for (int i = 1; i < count; ++i)
        arguments.append(QString::fromLocal8Bit(values[i]));
    return arguments;
}

const Subcommand& commandNamed(const std::string& name)
{
    if (const Subcommand* command = findSubcommand(name))
        return *command;
    std::vector<std::string> names;
    for (const Subcommand& command : subcommands())
        names.push_back(command.name);
    throw Failure(BadUsage, "unknown command \"" + name + '"' + suggestion(name, names) +
                                "; widthwisectl --help lists all");
}

bool isOption(const QString& argument)
{
    return argument.startsWith(QLatin1Char('-')) && argument.size() > 1;
}

/// The common option that `argument` (`--store`, `--store=FILE`) names. Throws Failure (BadUsage) for
/// another.
const Option& commonOption(const QString& argument)
{
    const std::string name = argument.section(QLatin1Char('='), 0, 0).mid(2).toStdString();
    std::vector<std::string> names;
    for (const Option& option : commonOptions()) {
        if (option.name == name && argument.startsWith(QLatin1String("--")))
            return option;
        names.push_back(option.name);
    }
    throw Failure(BadUsage, "unknown option " + argument.toStdString() + " before the command" +
                                suggestion(name, names) + "; a command's own options follow its name");
}

/// The options before the command's name, with their values; they leave `arguments`.
QStringList takeLeadingOptions(QStringList& arguments)
{
    QStringList options;
    while (!arguments.isEmpty() && isOption(arguments.first())) {
        const QString argument = arguments.takeFirst();
        options.append(argument);
        if (argument == QLatin1String("--version") || argument == QLatin1String("-h"))
            continue;
        if (const Option& option = commonOption(argument);
            !option.value.empty() && !argument.contains(QLatin1Char('=')) && !arguments.isEmpty())
            options.append(arguments.takeFirst());
    }
    return options;
}

ExitCode execute(QStringList arguments)
{
    const bool nothing = arguments.isEmpty();
    const QStringList leading = takeLeadingOptions(arguments);
    if (leading.contains(QLatin1String("--version"))) {
        std::cout << "widthwisectl " WIDTHWISE_VERSION "\n";
        return Done;
    }
    if (arguments.isEmpty()) {
        if (!nothing && !leading.contains(QLatin1String("--help")) && !leading.contains(QLatin1String("-h")))
            throw Failure(BadUsage, "no command after " + leading.join(QLatin1Char(' ')).toStdString() +
                                        "; widthwisectl --help lists all");
        std::cout << overviewHelp();
        return Done;
    }
    const QString first = arguments.takeFirst();
    if (first == QLatin1String("help")) {
        std::cout << (arguments.isEmpty() ? overviewHelp()
                                          : helpOf(commandNamed(arguments.first().toStdString())));
        return Done;
    }
    arguments = leading + arguments;
    const Subcommand& command = commandNamed(first.toStdString());
    const Invocation invocation(command, arguments);
    if (invocation.wantsHelp()) {
        std::cout << helpOf(command);
        return Done;
    }
    return command.execute(invocation);
}

ExitCode exitCode(const StoreError& error)
{
    return error.kind() == StoreError::Kind::Locked ? Refused : BadStore;
}

/// Whoever reads the output may have seen enough; a driver goes on all the same.
volatile std::sig_atomic_t readerLeft = 0;

int fail(ExitCode code, const std::string& message)
{
    std::cout.flush();
    std::cerr << "widthwisectl: " << message << '\n';
    return code;
}

} // namespace

int main(int argc, char** argv)
{
    std::setlocale(LC_CTYPE, "");
    std::signal(SIGPIPE, [](int) { readerLeft = 1; }); // not SIG_IGN, which trials would inherit
    try {
        const ExitCode code = execute(argumentsFrom(argc, argv));
        std::cout.flush();
        if (!std::cout && readerLeft == 0)
            return fail(Unsuccessful, "the output could not be written");
        return code;
    } catch (const Failure& failure) {
        return fail(failure.code(), failure.what());
    } catch (const StoreError& error) {
        return fail(exitCode(error), error.what());
    } catch (const ExperimentFileError& error) {
        return fail(BadUsage, error.what());
    } catch (const std::exception& error) {
        return fail(Unsuccessful, error.what());
    }
}
