// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/database.h"
#include "core/system/home_directory.h"
#include "ui/figure_file.h"
#include "ui/shell/main_window.h"
#include "ui/shell/settings.h"
#include "ui/theme/theme.h"
#include "ui/workbench.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QFileInfo>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string_view>

using namespace widthwise;
using namespace widthwise::ui;

namespace {

/// `--help` and `--version` need no display.
bool asksForTextOnly(int argc, char** argv)
{
    return std::any_of(argv + 1, argv + argc, [](std::string_view argument) {
        return argument == "--help" || argument == "-h" || argument == "--help-all" ||
               argument == "--version" || argument == "-v";
    });
}

/// `--figure` writes a file and needs no display.
bool asksForFigure(int argc, char** argv)
{
    return std::any_of(argv + 1, argv + argc, [](std::string_view argument) {
        return argument == "--figure" || argument.starts_with("--figure=");
    });
}

bool lacksDisplay(int argc, char** argv)
{
    return std::find(argv + 1, argv + argc, std::string_view("-platform")) == argv + argc &&
           qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM") && qEnvironmentVariableIsEmpty("DISPLAY") &&
           qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY");
}

std::unique_ptr<QCoreApplication> makeApplication(int& argc, char** argv)
{
    if (asksForTextOnly(argc, argv))
        return std::make_unique<QCoreApplication>(argc, argv);
    return std::make_unique<QApplication>(argc, argv);
}

void describe(QCommandLineParser& parser)
{
    const auto text = [](const char* words) { return QApplication::translate("main", words); };
    const auto add = [&parser](const char* name, const QString& help, const char* value = "",
                               const QString& usual = {}) {
        parser.addOption({QString::fromLatin1(name), help, QString::fromLatin1(value), usual});
    };
    parser.setApplicationDescription(text("Tune narrow, train wide."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QString usualStore = QString::fromStdString(defaultStoreFile());
    add("store", text("The store to work in (default: %1).").arg(usualStore), "FILE", usualStore);
    add("start", text("Start the experiment of FILE.yaml; go on with one that is unfinished."));
    add("figure", text("Write a figure without a window: that of verify, compare or searches."), "FIGURE");
    add("of", text("The experiment of the figure; of searches LABEL=NAME,NAME, too, and several."),
        "EXPERIMENT");
    add("out", text("The file of the figure: .pdf, .svg or .png."), "FILE");
    add("metric", text("What a compare figure is drawn of (default: the objective)."), "NAME");
    add("against",
        text("What a figure of searches is drawn against: trials (default), device-hours or time."), "COST");
    add("dark", text("Draw the figure for a dark ground."));
    parser.addPositionalArgument(QStringLiteral("FILE.yaml"), text("An experiment file to open."),
                                 QStringLiteral("[FILE.yaml]"));
}

/// The exit code.
int executeFigure(const QCommandLineParser& parser, const QString& storeFile)
{
    for (const QString& needed : {QStringLiteral("of"), QStringLiteral("out")})
        if (!parser.isSet(needed)) {
            std::fprintf(stderr, "widthwise: --figure needs --%s\n", qUtf8Printable(needed));
            return 2;
        }
    Theme::instance().apply(parser.isSet(QStringLiteral("dark")) ? Theme::Mode::Dark : Theme::Mode::Light);
    const QString problem =
        writeFigure(storeFile, {parser.value(QStringLiteral("figure")), parser.values(QStringLiteral("of")),
                                parser.value(QStringLiteral("out")), parser.value(QStringLiteral("metric")),
                                parser.value(QStringLiteral("against"))});
    if (problem.isEmpty())
        return 0;
    std::fprintf(stderr, "widthwise: %s\n", qUtf8Printable(problem));
    return 1;
}

} // namespace

int main(int argc, char** argv)
{
    if (qEnvironmentVariableIsEmpty("HOME")) // Qt would take / for it
        qputenv("HOME", QByteArray::fromStdString(homeDirectory()));
    if (asksForFigure(argc, argv))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    if (!asksForTextOnly(argc, argv) && lacksDisplay(argc, argv)) {
        std::fputs("widthwise: there is no display here (DISPLAY and WAYLAND_DISPLAY are empty); "
                   "widthwisectl does the same in a terminal\n",
                   stderr);
        return 1;
    }
    const std::unique_ptr<QCoreApplication> application = makeApplication(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("widthwise"));
    QApplication::setApplicationName(QStringLiteral("widthwise"));
    QApplication::setApplicationVersion(QStringLiteral(WIDTHWISE_VERSION));
    QGuiApplication::setDesktopFileName(QStringLiteral("widthwise"));

    QCommandLineParser parser;
    describe(parser);
    parser.process(*application);

    const QString storeFile = QFileInfo(parser.value(QStringLiteral("store"))).absoluteFilePath();
    if (parser.isSet(QStringLiteral("figure")))
        return executeFigure(parser, storeFile);
    Theme::instance().apply(Settings::themeMode());
    Workbench workbench(storeFile);
    if (!parser.positionalArguments().isEmpty())
        workbench.window().openOnStart(
            QFileInfo(parser.positionalArguments().constFirst()).absoluteFilePath(),
            parser.isSet(QStringLiteral("start")));
    workbench.window().show();
    return QApplication::exec();
}
