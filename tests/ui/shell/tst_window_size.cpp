// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/mirrors.h"
#include "tests/ui/shell/desktop.h"
#include "tests/ui/transfer/transfer_fixture.h"
#include "tests/ui/ui_test.h"
#include "ui/shell/settings.h"

#include <QAbstractItemView>
#include <QAction>
#include <QTabWidget>
#include <QTest>

using namespace widthwise;
using namespace widthwise::ui;

namespace {

constexpr QSize small{900, 600};
const std::string longMetric = "coordinate/encoder.0.attention.logits/l1";

/// A search with a long name, trials in every state, long names of metrics, a transfer, and a cluster that
/// cannot be reached.
struct BusySearch : TransferFixture {
    BusySearch()
        : TransferFixture("name: a-search-whose-name-says-all-that-is-searched-2026\n"
                          "objective: {metric: coordinate/encoder.0.attention.logits/l1}\n"
                          "trial: {trainer: {model: gn2, width: 32, base_width: 32, heads: 8}}\n"
                          "space: {max_lr: {type: float, low: 0.001, high: 1}}\nbudget: {trials: 3}\n")
    {
        Experiments(database).setState(small.id, ExperimentState::Running, {}, TimePoint());
        for (int number = 0; number < 9; ++number) {
            Trial trial = ended(number, 1 - 0.1 * number, 10);
            trial.state = TrialState(number);
            const std::int64_t id = Trials(database).save(small.id, trial);
            store.append(id, longMetric, fallingPoints(1, 4));
            store.append(id, "learning_rate/hidden", fallingPoints(1, 4));
        }
        addTransfer();
        Mirrors mirrors(database);
        const MirrorRecord mirror = mirrors.attach({.host = "cluster.example.org"});
        mirrors.setProblem(mirror.id,
                           "cannot reach cluster.example.org (port 22): Failed to resolve hostname "
                           "cluster.example.org (Name or service not known)");
        store.beat(small.id);
        Settings::setChoice(QStringLiteral("experiment"), QString::fromStdString(small.name));
    }
};

} // namespace

/// On a small screen, and on a large one at scale 2, the window is 900 × 600 and stays so.
class TestWindowSize : public UiTest {
    Q_OBJECT

private Q_SLOTS:
    void noPageMakesItLarger()
    {
        BusySearch search;
        Settings::setChoice(QStringLiteral("metric"), QString::fromStdString(longMetric));
        Desktop desktop(search.store);
        desktop.window.resize(small);
        QTRY_COMPARE(desktop.window.currentExperiment(), search.small.id);
        auto* table = desktop.find<QAbstractItemView>("trials");
        QTRY_COMPARE(table->model()->rowCount(), 9);
        table->setCurrentIndex(table->model()->index(4, 0));
        auto* tabs = desktop.find<QTabWidget>("pages");
        const QString large = largerPages(desktop);
        QVERIFY2(desktop.find<QWidget>("learningRates")->isVisibleTo(tabs->widget(1)), "rates are shown");
        QVERIFY2(large.isEmpty(), qPrintable(large));

        desktop.find<QAction>("attach")->trigger(); // stands above the pages
        const QString pushed = largerPages(desktop);
        QVERIFY2(pushed.isEmpty(), qPrintable(pushed));
    }

private:
    /// The pages on which the window is not small any more, with what they need.
    static QString largerPages(Desktop& desktop)
    {
        auto* tabs = desktop.find<QTabWidget>("pages");
        QStringList large;
        for (int place = 0; place < tabs->count(); ++place) {
            tabs->setCurrentIndex(place);
            QTest::qWait(300); // what a page reads may be large
            const QSize least = desktop.window.minimumSizeHint();
            if (least.width() > small.width() || least.height() > small.height() ||
                desktop.window.size() != small)
                large.append(QStringLiteral("%1 needs %4: at least %2 × %3")
                                 .arg(tabs->currentWidget()->objectName())
                                 .arg(least.width())
                                 .arg(least.height())
                                 .arg(tabs->currentWidget()->minimumSizeHint().height()));
        }
        return large.join(QStringLiteral("; "));
    }
};

WIDTHWISE_UI_TEST_MAIN(TestWindowSize)
#include "tst_window_size.moc"
