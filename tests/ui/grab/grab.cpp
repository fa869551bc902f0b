// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/all_pages.h"
#include "ui/feed/store_client.h"
#include "ui/shell/main_window.h"
#include "ui/theme/theme.h"

#include <QAction>
#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QElapsedTimer>
#include <QListView>
#include <QPushButton>
#include <QRadioButton>
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

void save(MainWindow& window, const QDir& folder, const QString& name)
{
    const QString file = folder.filePath(name + QStringLiteral(".png"));
    if (!window.grab().save(file))
        std::fprintf(stderr, "cannot write %s\n", qUtf8Printable(file));
}

/// What stands behind a switch of the page that is shown.
void grabViews(MainWindow& window, const QDir& folder, const QString& suffix, int wait)
{
    auto* page = window.findChild<QTabWidget*>(QStringLiteral("pages"))->currentWidget();
    if (auto* searches = page->findChild<QRadioButton*>(QStringLiteral("compareSearches"))) {
        searches->click();
        runFor(wait);
        save(window, folder, QStringLiteral("searches-") + suffix);
        page->findChild<QRadioButton*>(QStringLiteral("compareWidths"))->click();
    }
    if (auto* tabs = page->findChild<QTabWidget*>(QStringLiteral("designTabs"))) {
        for (int tab = 1; tab < tabs->count(); ++tab) {
            tabs->setCurrentIndex(tab);
            runFor(wait);
            save(window, folder, QStringLiteral("design-%1-%2").arg(tab).arg(suffix));
        }
        tabs->setCurrentIndex(0);
    }
}

void grabPages(MainWindow& window, const QDir& folder, const QString& suffix, int wait)
{
    auto* tabs = window.findChild<QTabWidget*>(QStringLiteral("pages"));
    for (int page = 0; page < std::max(1, tabs->count()); ++page) {
        tabs->setCurrentIndex(page);
        runFor(wait);
        const QString title = tabs->isVisible() ? tabs->tabText(page).toLower() : QStringLiteral("welcome");
        save(window, folder, title + u'-' + suffix);
        if (!tabs->isVisible())
            return;
        grabViews(window, folder, suffix, wait);
    }
}

void choose(MainWindow& window, const QString& experiment, int wait)
{
    auto* list = window.findChild<QListView*>(QStringLiteral("experiments"));
    for (int row = 0; row < list->model()->rowCount(); ++row)
        if (const QModelIndex index = list->model()->index(row, 0); index.data().toString() == experiment)
            list->setCurrentIndex(index);
    runFor(wait);
}

/// Tests the connection of the site that is shown, unless that takes too long.
void testSite(MainWindow& window)
{
    auto* test = window.findChild<QPushButton*>(QStringLiteral("testSite"));
    test->click();
    for (int second = 0; second < 30 && !test->isEnabled(); ++second)
        runFor(1000);
}

/// What is no page of an experiment: each site, with its findings, and the list of attached machines.
void grabPlaces(MainWindow& window, const QDir& folder, const QString& suffix, int wait)
{
    auto* sites = window.findChild<QListView*>(QStringLiteral("sites"));
    for (int row = 0; row < sites->model()->rowCount(); ++row) {
        const QModelIndex site = sites->model()->index(row, 0);
        sites->setCurrentIndex(site);
        testSite(window);
        runFor(wait);
        save(window, folder, QStringLiteral("site-%1-%2").arg(site.data().toString(), suffix));
    }
    auto* attach = window.findChild<QAction*>(QStringLiteral("attach"));
    attach->trigger();
    runFor(wait);
    save(window, folder, QStringLiteral("attach-") + suffix);
    attach->trigger();
}

} // namespace

/// widthwise-grab --store FILE --out DIR: a PNG of every page, site and panel, light and dark.
/// QT_SCALE_FACTOR=2 for fine screens.
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
         {QStringLiteral("experiment"), QStringLiteral("The one to show."), QStringLiteral("NAME")},
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
    if (parser.isSet(QStringLiteral("experiment")))
        choose(window, parser.value(QStringLiteral("experiment")), wait);
    auto* trials = window.findChild<QTableView*>(QStringLiteral("trials"));
    if (parser.isSet(QStringLiteral("trial")))
        trials->setCurrentIndex(trials->model()->index(parser.value(QStringLiteral("trial")).toInt(), 0));
    for (const auto grab : {grabPages, grabPlaces}) {
        Theme::instance().apply(Theme::Mode::Light);
        grab(window, folder, QStringLiteral("light"), wait);
        Theme::instance().apply(Theme::Mode::Dark);
        grab(window, folder, QStringLiteral("dark"), wait);
    }
    return 0;
}
