// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/all_pages.h"
#include "ui/feed/store_client.h"
#include "ui/shell/main_window.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QElapsedTimer>
#include <QTabWidget>
#include <QTableView>

#include <cstdio>

using namespace widthwise::ui;

namespace {

/// Lets the program run, for the store's threads have to answer.
void runFor(int milliseconds)
{
    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < milliseconds)
        QApplication::processEvents(QEventLoop::AllEvents, 20);
}

void grabPages(MainWindow& window, const QDir& folder, const QString& suffix, int wait)
{
    auto* tabs = window.findChild<QTabWidget*>(QStringLiteral("pages"));
    for (int page = 0; page < std::max(1, tabs->count()); ++page) {
        tabs->setCurrentIndex(page);
        runFor(wait);
        const QString title = tabs->isVisible() ? tabs->tabText(page).toLower() : QStringLiteral("welcome");
        const QString file = folder.filePath(QStringLiteral("%1-%2.png").arg(title, suffix));
        if (!window.grab().save(file))
            std::fprintf(stderr, "cannot write %s\n", qUtf8Printable(file));
        if (!tabs->isVisible())
            return;
    }
}

} // namespace

/// widthwise-grab --store FILE --out DIR: a PNG of every page, light and dark. QT_SCALE_FACTOR=2 for fine
/// screens.
int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("widthwise-grab"));
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOptions(
        {{QStringLiteral("store"), QStringLiteral("The store to show."), QStringLiteral("FILE")},
         {QStringLiteral("out"), QStringLiteral("Where to write."), QStringLiteral("DIR")},
         {QStringLiteral("width"), QStringLiteral("Of the window."), QStringLiteral("W"),
          QStringLiteral("1200")},
         {QStringLiteral("height"), QStringLiteral("Of the window."), QStringLiteral("H"),
          QStringLiteral("760")},
         {QStringLiteral("trial"), QStringLiteral("The row of the trial to select."), QStringLiteral("N")},
         {QStringLiteral("wait"), QStringLiteral("Milliseconds for each page."), QStringLiteral("MS"),
          QStringLiteral("1500")}});
    parser.process(application);
    if (!parser.isSet(QStringLiteral("store")) || !parser.isSet(QStringLiteral("out")))
        parser.showHelp(2);

    const QDir folder(parser.value(QStringLiteral("out")));
    folder.mkpath(QStringLiteral("."));
    Theme::instance().apply(Theme::Mode::Light);
    StoreClient client(parser.value(QStringLiteral("store")));
    MainWindow window(client);
    addAllPages(window, client);
    window.resize(parser.value(QStringLiteral("width")).toInt(),
                  parser.value(QStringLiteral("height")).toInt());
    window.show();
    const int wait = parser.value(QStringLiteral("wait")).toInt();
    runFor(wait);
    auto* trials = window.findChild<QTableView*>(QStringLiteral("trials"));
    if (parser.isSet(QStringLiteral("trial")))
        trials->setCurrentIndex(trials->model()->index(parser.value(QStringLiteral("trial")).toInt(), 0));
    grabPages(window, folder, QStringLiteral("light"), wait);
    Theme::instance().apply(Theme::Mode::Dark);
    grabPages(window, folder, QStringLiteral("dark"), wait);
    return 0;
}
