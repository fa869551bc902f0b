// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/invocation.h"
#include "app/ctl/subcommand.h"
#include "core/experiment/experiment_file.h"
#include "core/host/host.h"
#include "core/space/nearest.h"
#include "core/store/database.h"

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

ExitCode execute(QStringList arguments)
{
    const QString first = arguments.isEmpty() ? QStringLiteral("--help") : arguments.takeFirst();
    if (first == QLatin1String("--version")) {
        std::cout << "widthwisectl " WIDTHWISE_VERSION "\n";
        return Done;
    }
    if (first == QLatin1String("--help") || first == QLatin1String("-h") || first == QLatin1String("help")) {
        const bool ofOne = first == QLatin1String("help") && !arguments.isEmpty();
        std::cout << (ofOne ? helpOf(commandNamed(arguments.first().toStdString())) : overviewHelp());
        return Done;
    }
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
