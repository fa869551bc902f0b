// SPDX-License-Identifier: GPL-3.0-or-later
// Changes to an experiment that has started, made on the Design page.
#include "tests/ui/design/design_fixture.h"
#include "tests/ui/ui_test.h"

#include "core/experiment/file_values.h"

#include <QPushButton>

using namespace widthwise;
using namespace widthwise::ui;

namespace {

/// The page on an experiment of its store.
struct StartedFixture : DesignFixture {
    explicit StartedFixture(ExperimentState state = ExperimentState::Running)
        : id(store.addExperiment("search", state))
    {
        page.showExperiment(store.find(id));
    }

    QPushButton& button(const char* name) const
    {
        return *page.findChild<QPushButton*>(QString::fromUtf8(name));
    }
    QString banner() const { return button("changeExperiment").parentWidget()->findChild<QLabel*>()->text(); }
    void press(const char* name) const { QTest::mouseClick(&button(name), Qt::LeftButton); }

    std::int64_t id;
};

} // namespace

class TestDesignChange : public UiTest {
    Q_OBJECT
private Q_SLOTS:
    void whatHasStartedCanBeChanged()
    {
        StartedFixture f;
        const std::string before = f.store.find(f.id).yaml;
        QVERIFY(f.button("changeExperiment").isVisible());
        QVERIFY(!f.button("applyChange").isVisible());
        f.press("changeExperiment");
        QVERIFY(!f.button("changeExperiment").isVisible());
        QVERIFY(f.button("applyChange").isVisible() && !f.button("applyChange").isEnabled());
        QCOMPARE(f.button("applyChange").text(), QStringLiteral("Apply to the running experiment"));
        QCOMPARE(f.banner(), QStringLiteral("Nothing differs from the experiment yet."));

        overwrite(f.line("resources.parallel"), "7");
        QTest::keyClick(&f.line("resources.parallel"), Qt::Key_Return);
        QCOMPARE(f.banner(), QStringLiteral("To be changed: resources.parallel: 2 → 7"));
        QVERIFY(f.button("applyChange").isEnabled());
        QCOMPARE(f.status(), QStringLiteral("not applied"));
        f.press("applyChange");
        QTRY_COMPARE(f.store.openCommands(f.id).size(), std::size_t(1));
        const Command asked = f.store.openCommands(f.id)[0];
        QVERIFY(asked.kind == Command::Kind::Change);
        QCOMPARE(asked.text, withValue(before, {"resources", "parallel"}, "7"));
        QCOMPARE(f.store.find(f.id).yaml, before); // it is the driver's to write
        QVERIFY(f.button("changeExperiment").isVisible());
    }

    void whatIsRefusedIsSaidAndNotApplied()
    {
        StartedFixture f(ExperimentState::Paused);
        const QString before = f.text();
        f.press("changeExperiment");
        overwrite(f.line("objective.metric"), "accuracy");
        QTest::keyClick(&f.line("objective.metric"), Qt::Key_Return);
        QVERIFY2(
            f.banner().contains(QStringLiteral("Cannot be applied: objective.metric: val/loss → accuracy")),
            qPrintable(f.banner()));
        QVERIFY(!f.button("applyChange").isEnabled());
        f.press("discardChange");
        QCOMPARE(f.text(), before);
        QVERIFY(f.button("changeExperiment").isVisible());
        QVERIFY(f.store.openCommands(f.id).empty());
    }

    /// The store keeps every edit of a draft, but none of these.
    void nothingIsSavedBeforeItIsApplied()
    {
        StartedFixture f;
        const std::string before = f.store.find(f.id).yaml;
        f.press("changeExperiment");
        overwrite(f.line("budget.trials"), "99");
        QTest::keyClick(&f.line("budget.trials"), Qt::Key_Return);
        f.page.save();
        const std::int64_t other = f.store.addExperiment("other", ExperimentState::Draft);
        f.page.showExperiment(f.store.find(other));
        QVERIFY(!f.button("applyChange").isVisible() && !f.button("changeExperiment").isVisible());
        f.page.showExperiment(f.store.find(f.id));
        QCOMPARE(f.text().toStdString(), before);
        QCOMPARE(f.store.find(f.id).yaml, before);
    }

    void whatChangesMeanwhileStays()
    {
        StartedFixture f;
        f.press("changeExperiment");
        overwrite(f.line("budget.trials"), "99");
        QTest::keyClick(&f.line("budget.trials"), Qt::Key_Return);
        ExperimentRecord record = f.store.find(f.id);
        record.state = ExperimentState::Paused;
        record.yaml = withValue(record.yaml, {"resources", "parallel"}, "5"); // by the terminal
        f.page.showExperiment(record);
        QVERIFY2(f.banner().contains(QStringLiteral("budget.trials")), qPrintable(f.banner()));
        QVERIFY2(f.banner().contains(QStringLiteral("resources.parallel: 5 → 2")), qPrintable(f.banner()));
    }
};

WIDTHWISE_UI_TEST_MAIN(TestDesignChange)
#include "tst_design_change.moc"
