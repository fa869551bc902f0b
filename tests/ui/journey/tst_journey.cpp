// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/experiment_file.h"
#include "core/experiment/ranking.h"
#include "core/exports/exports.h"
#include "tests/ui/ui_test.h"
#include "ui/all_pages.h"
#include "ui/design/design_page.h"
#include "ui/design/parameter_card.h"
#include "ui/design/parameter_list.h"
#include "ui/editing/field.h"
#include "ui/editing/yaml_editor.h"
#include "ui/export/export_page.h"
#include "ui/feed/store_client.h"
#include "ui/monitor/curves_panel.h"
#include "ui/monitor/trials_table.h"
#include "ui/plot/curve_plot.h"
#include "ui/shell/main_window.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QFile>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QProcess>
#include <QPushButton>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QToolBar>
#include <QToolButton>

using namespace widthwise;
using namespace widthwise::ui;

namespace {

constexpr int patience = 120'000; ///< milliseconds for the whole search on a busy machine

QString program(const char* name)
{
    return qEnvironmentVariable("WIDTHWISE_BIN_DIR") + u'/' + QString::fromLatin1(name);
}

QString experimentText(const QString& jets)
{
    return QStringLiteral(R"(name: journey
objective: {metric: val/loss, direction: minimize}
trial:
  trainer:
    model: gn2
    width: 8
    base_width: 8
    layers: 1
    heads: 2
    batch_size: 50
    epochs: 3
    data: %1
    classes: [bjets, cjets, ujets]
space:
  max_lr: {type: float, low: 1e-4, high: 1e-1, scale: log}
search: {algorithm: random}
resources: {parallel: 2, cpus: 1}
budget: {trials: 4}
)")
        .arg(jets);
}

/// The desktop on a store of its own, used only by mouse and keyboard.
class Person {
public:
    Person() : m_client(storeFile()), m_window(m_client)
    {
        addAllPages(m_window, m_client);
        m_window.resize(1280, 860);
        m_window.show();
        QApplication::setActiveWindow(&m_window);
        m_active = QTest::qWaitForWindowActive(&m_window);
    }

    QString storeFile() const { return m_folder.filePath(QStringLiteral("journey.db")); }
    QString jetsFile() const { return m_folder.filePath(QStringLiteral("jets.h5")); }
    bool isActive() const { return m_active; }

    template <class Widget>
    Widget* find() const
    {
        return m_window.findChild<Widget*>();
    }
    void press(const char* action)
    {
        auto* bar = find<QToolBar>();
        for (QAction* candidate : bar->actions())
            if (candidate->objectName() == QString::fromLatin1(action))
                QTest::mouseClick(bar->widgetForAction(candidate), Qt::LeftButton);
    }
    bool mayPress(const char* action) const
    {
        const auto* found = m_window.findChild<QAction*>(QString::fromLatin1(action));
        return found != nullptr && found->isEnabled();
    }
    void goToPage(Qt::Key number) { QTest::keyClick(&m_window, number, Qt::ControlModifier); }
    void paste(YamlEditor& editor, const QString& text)
    {
        QApplication::clipboard()->setText(text);
        editor.setFocus();
        QTest::keyClick(&editor, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(&editor, Qt::Key_V, Qt::ControlModifier);
    }

    /// What the store holds, read by a connection of the test's own.
    std::vector<ExperimentRecord> experiments()
    {
        Database database(storeFile().toStdString());
        return Experiments(database).all();
    }
    std::vector<Trial> trials()
    {
        Database database(storeFile().toStdString());
        std::vector<Trial> trials;
        for (const ExperimentRecord& record : Experiments(database).all())
            for (const TrialRecord& trial : Trials(database).all(record.id))
                trials.push_back(trial.trial);
        return trials;
    }

private:
    QTemporaryDir m_folder;
    StoreClient m_client;
    MainWindow m_window;
    bool m_active = false;
};

QString lastLines(const QString& folder)
{
    QProcess shell;
    shell.start(QStringLiteral("sh"), {QStringLiteral("-c"),
                                       QStringLiteral("find \"$0\" -name '*.log' -o -name '*.errors' | "
                                                      "while read f; do echo \"$f\"; tail -n 5 \"$f\"; done"),
                                       folder});
    shell.waitForFinished();
    return QString::fromUtf8(shell.readAllStandardOutput());
}

} // namespace

/// From nothing to an exported configuration, as a person does it: design, run, watch, export.
class TestJourney : public UiTest {
    Q_OBJECT
private Q_SLOTS:
    void designRunWatchExport();

private:
    static void simulateJets(const QString& file);
    static void design(Person& person);
    static void runAndWatch(Person& person);
    static void exportBest(Person& person);
};

void TestJourney::simulateJets(const QString& file)
{
    QProcess trainer;
    trainer.start(program("widthwise-trainer"), {QStringLiteral("simulate"), QStringLiteral("--jets"),
                                                 QStringLiteral("600"), QStringLiteral("--out"), file});
    QVERIFY(trainer.waitForFinished(patience));
    QVERIFY2(trainer.exitCode() == 0, trainer.readAllStandardError().constData());
}

void TestJourney::design(Person& person)
{
    person.press("newExperiment");
    QTRY_COMPARE(person.experiments().size(), 1U);
    auto* editor = person.find<DesignPage>()->findChild<YamlEditor*>();
    QTRY_VERIFY(editor->isVisible() && !editor->isReadOnly() && !editor->toPlainText().isEmpty());
    person.paste(*editor, experimentText(person.jetsFile()));

    auto* cards = person.find<ParameterList>();
    QTRY_COMPARE(cards->count(), 1);
    QLineEdit* high = static_cast<TextField&>(cards->card(0)->field(ParameterField::High)).editor();
    QCOMPARE(high->text(), QStringLiteral("0.1"));
    high->setFocus();
    high->selectAll();
    QTest::keyClicks(high, QStringLiteral("0.02"));
    QVERIFY2(editor->toPlainText().contains(QStringLiteral("low: 1e-4, high: 0.02, scale: log")),
             qPrintable(editor->toPlainText()));
}

void TestJourney::runAndWatch(Person& person)
{
    // At once, before the draft would be saved by itself.
    QTRY_VERIFY(person.mayPress("start"));
    person.press("start");
    person.goToPage(Qt::Key_2);
    auto* table = person.find<TrialsTable>()->findChild<QTableView*>(QStringLiteral("trials"));
    QTRY_VERIFY_WITH_TIMEOUT(table->isVisible() && table->model()->rowCount() > 0, patience);
    auto* curves = person.find<CurvesPanel>()->findChild<CurvePlot*>();
    QTRY_VERIFY_WITH_TIMEOUT(curves->isVisible() && curves->shownRange().right() > 1, patience);

    QTRY_VERIFY_WITH_TIMEOUT(isFinal(person.experiments().front().state), patience);
    const ExperimentRecord record = person.experiments().front();
    QVERIFY2(
        record.state == ExperimentState::Completed,
        qPrintable(QString::fromStdString(record.reason) + u'\n' + lastLines(person.storeFile() + u"/..")));
    QCOMPARE(parseExperiment(record.yaml).name, "journey");
    QTRY_COMPARE(table->model()->rowCount(), 4);
    for (const Trial& trial : person.trials()) {
        QTRY_VERIFY(curves->shownRange().right() >= static_cast<double>(trial.lastStep.value()));
        QCOMPARE(trial.state, TrialState::Completed);
        QVERIFY(toNumber(*trial.configuration.find("max_lr")) <= 0.02);
    }
    person.goToPage(Qt::Key_1);
    QTRY_VERIFY(person.find<DesignPage>()->findChild<YamlEditor*>()->isReadOnly());
}

void TestJourney::exportBest(Person& person)
{
    person.goToPage(Qt::Key_6);
    const Experiment experiment = parseExperiment(person.experiments().front().yaml);
    const std::vector<Trial> trials = person.trials();
    const Trial* best = bestTrial(experiment, trials);
    QVERIFY(best != nullptr);
    const QString expected = QString::fromStdString(exportTrial(experiment, *best, ExportFormat::Yaml));
    auto* page = person.find<ExportPage>();
    QTRY_COMPARE(page->findChild<QPlainTextEdit*>()->toPlainText(), expected);

    QApplication::clipboard()->clear();
    for (auto* button : page->findChildren<QPushButton*>())
        if (button->text() == QStringLiteral("&Copy"))
            QTest::mouseClick(button, Qt::LeftButton);
    const QString copied = QApplication::clipboard()->text();
    QCOMPARE(copied, expected);
    QVERIFY(
        copied.contains(QString::fromStdString("max_lr: " + toText(*best->configuration.find("max_lr")))));
}

void TestJourney::designRunWatchExport()
{
    for (const char* name : {"widthwisectl", "widthwise-trainer"})
        if (!QFile::exists(program(name)))
            QSKIP(qPrintable(program(name) +
                             QStringLiteral(" was not built: nothing can be run, so the way from "
                                            "design to export is NOT tested")));
    Person person;
    QVERIFY(person.isActive());
    for (const auto step : {&TestJourney::design, &TestJourney::runAndWatch, &TestJourney::exportBest}) {
        if (step == &TestJourney::design)
            simulateJets(person.jetsFile());
        step(person);
        if (QTest::currentTestFailed())
            return;
    }
}

WIDTHWISE_UI_TEST_MAIN(TestJourney)
#include "tst_journey.moc"
