// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/design/design_fixture.h"
#include "tests/ui/ui_test.h"
#include "ui/design/distribution_preview.h"
#include "ui/design/dry_run_panel.h"

#include <QClipboard>
#include <QDropEvent>
#include <QFile>
#include <QMimeData>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QToolButton>

using namespace widthwise;
using namespace widthwise::ui;

using Fixture = DesignFixture;

class TestDesignPage : public UiTest {
    Q_OBJECT
private Q_SLOTS:
    void typingInACardWritesTheText()
    {
        Fixture f;
        overwrite(f.line(1, ParameterField::High), "256");
        QCOMPARE(f.text(), sampleText().replace(QStringLiteral("high: 64"), QStringLiteral("high: 256")));
        QTest::keyClick(&f.page, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(f.text(), sampleText());
        QCOMPARE(f.line(1, ParameterField::High).text(), QStringLiteral("64"));
        QTest::keyClick(&f.page, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(f.line(1, ParameterField::High).text(), QStringLiteral("256"));
    }

    void undoIsOfferedWhereThereIsSomethingToUndo()
    {
        Fixture f;
        const auto offered = [&f](const char* name) {
            for (const QAction* action : f.page.actions())
                if (action->text() == QString::fromUtf8(name))
                    return action->isEnabled();
            return false;
        };
        QVERIFY(!offered("Undo") && !offered("Redo"));
        overwrite(f.line(0, ParameterField::Low), "1x");
        QVERIFY(offered("Undo")); // what cannot stand
        QTest::keyClick(&f.page, Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(!offered("Undo"));
        overwrite(f.line(1, ParameterField::High), "256");
        QVERIFY(offered("Undo"));
        QTest::keyClick(&f.page, Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(!offered("Undo") && offered("Redo"));
    }

    void undoWorksFromInsideAnEditor()
    {
        Fixture f;
        overwrite(f.line(1, ParameterField::High), "256");
        QTest::keyClick(&f.line(1, ParameterField::High), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(f.text(), sampleText());
        f.editor->setFocus();
        QTest::keyClicks(f.editor, QStringLiteral("# x"));
        QTest::keyClick(f.editor, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(f.text(), sampleText());
    }

    void typingInTheTextMovesTheCards()
    {
        Fixture f;
        f.editor->goTo(12, 10);
        QTest::keyClick(f.editor, Qt::Key_Delete);
        QTest::keyClicks(f.editor, QStringLiteral("16"));
        QVERIFY2(f.text().contains(QStringLiteral("low: 16     # at least")), qPrintable(f.text()));
        QCOMPARE(f.line(1, ParameterField::Low).text(), QStringLiteral("16"));
    }

    void whatIsNoNumberStaysAndSaysSo()
    {
        Fixture f;
        overwrite(f.line(0, ParameterField::Low), "1e-");
        Field& low = f.list->card(0)->field(ParameterField::Low);
        QVERIFY(!low.problem().isEmpty());
        QCOMPARE(f.text(), sampleText());
        QCOMPARE(f.line(0, ParameterField::Low).text(), QStringLiteral("1e-"));
        QTest::keyClicks(&f.line(0, ParameterField::Low), QStringLiteral("3"));
        QVERIFY(low.problem().isEmpty());
        QVERIFY(f.text().contains(QStringLiteral("low: 0.001,")));
        QTest::keyClick(&f.line(0, ParameterField::Low), Qt::Key_Return);
        overwrite(f.line(0, ParameterField::Low), "1x");
        QVERIFY(f.text().contains(QStringLiteral("low: 0.001,")));
        QTest::keyClick(&f.page, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(f.line(0, ParameterField::Low).text(), QStringLiteral("0.001"));
    }

    void problemsStandAtFieldLineAndList()
    {
        Fixture f;
        overwrite(f.line(0, ParameterField::Low), "5");
        QVERIFY(!f.list->card(0)->field(ParameterField::Low).problem().isEmpty() ||
                !f.list->card(0)->field(ParameterField::High).problem().isEmpty());
        auto* problems = f.page.findChild<ProblemList*>();
        QVERIFY(problems->isVisible());
        QCOMPARE(problems->model()->rowCount(), 1);
        QCOMPARE(f.editor->extraSelections().size(), 1);
        const QRect first = problems->visualRect(problems->model()->index(0, 0));
        QTest::mouseClick(problems->viewport(), Qt::LeftButton, {}, first.center());
        QVERIFY(f.editor->hasFocus());
        QCOMPARE(f.editor->textCursor().blockNumber(), 8);
    }

    /// What the trainer would refuse stands in the list, at its line, and at the card or field where it has
    /// one.
    void problemsOfTheTrainerStandWhereTheyAre_data()
    {
        QTest::addColumn<QString>("trainer");
        QTest::addColumn<QString>("space");
        QTest::addColumn<QString>("said");
        QTest::addColumn<int>("line");
        const QString lr = QStringLiteral("max_lr: {type: float, low: 1e-4, high: 1e-1, scale: log}");
        const auto row = [](const char* name, const char* trainer, const QString& space, const char* said,
                            int line) {
            QTest::newRow(name) << QString::fromUtf8(trainer) << space << QString::fromUtf8(said) << line;
        };
        row("no such model", "model: gn3", lr, "gn2", 4);
        row("misspelt setting", "optimzier: adam", lr, "optimizer", 4);
        row("missing data", "data: nowhere.h5", lr, "nowhere.h5", 4);
        row("no setting", "model: mlp", QStringLiteral("maxlr: {type: float, low: 1e-4, high: 1e-1}"),
            "max_lr", 6);
        row("out of range", "model: mlp", QStringLiteral("warmup_fraction: {type: float, low: 2, high: 3}"),
            "from 0 to 1, got 2.0", 6);
    }
    void problemsOfTheTrainerStandWhereTheyAre()
    {
        QFETCH(QString, trainer);
        QFETCH(QString, space);
        QFETCH(QString, said);
        QFETCH(int, line);
        const QTemporaryDir folder;
        ExperimentRecord record =
            draft(QStringLiteral("name: sample\nobjective: {metric: val/loss, direction: minimize}\n"
                                 "trial:\n  trainer:\n    %1\nspace:\n  %2\n"
                                 "search: {algorithm: random}\nsite: local\n"
                                 "budget: {trials: 2}\n")
                      .arg(trainer, space));
        record.baseDirectory = folder.path().toStdString();
        Fixture f(record);
        auto* problems = f.page.findChild<ProblemList*>();
        QVERIFY(problems->isVisible());
        int row = -1;
        for (int i = 0; i < problems->model()->rowCount(); ++i)
            if (problems->model()->index(i, 0).data().toString().contains(said))
                row = i;
        QVERIFY(row >= 0);
        QCOMPARE(f.editor->extraSelections().size(), problems->model()->rowCount());
        const QRect place = problems->visualRect(problems->model()->index(row, 0));
        QTest::mouseClick(problems->viewport(), Qt::LeftButton, {}, place.center());
        QCOMPARE(f.editor->textCursor().blockNumber(), line);

        TestStore& store = f.store;
        Database database(store.file().toStdString());
        const std::int64_t id = Experiments(database).add(record);
        QSignalSpy failed(&f.client, &StoreClient::failed);
        f.client.setReady(id);
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(failed.first().first().toString().contains(said));
        QCOMPARE(store.find(id).state, ExperimentState::Draft);
    }

    void theFormWritesOneValue()
    {
        Fixture f;
        overwrite(f.line("budget.trials"), "48");
        QCOMPARE(f.text(), sampleText().replace(QStringLiteral("trials: 12"), QStringLiteral("trials: 48")));
        overwrite(f.line("budget.trials"), "many");
        QVERIFY(!f.form->field(QStringLiteral("budget.trials"))->problem().isEmpty());
        QVERIFY(f.text().contains(QStringLiteral("trials: many   # a dozen")));
        choose(*f.form->field(QStringLiteral("objective.direction")), "maximize");
        QVERIFY(f.text().contains(QStringLiteral("objective: {metric: val/loss, direction: maximize}")));
        QVERIFY(!f.form->field(QStringLiteral("search.points"))->isVisible());
        choose(*f.form->field(QStringLiteral("search.algorithm")), "grid");
        QVERIFY(f.form->field(QStringLiteral("search.points"))->isVisible());
        QVERIFY(f.text().endsWith(QStringLiteral("search:\n  algorithm: grid\n")));
    }

    void anotherTypeShowsItsFields()
    {
        Fixture f;
        choose(f.list->card(0)->field(ParameterField::Type), "fixed");
        QVERIFY(!f.list->card(0)->field(ParameterField::Low).isVisible());
        QVERIFY(f.list->card(0)->field(ParameterField::Values).isVisible());
        overwrite(f.line(0, ParameterField::Values), "0.01");
        QVERIFY2(f.text().contains(QStringLiteral("lr: 0.01")), qPrintable(f.text()));
    }

    void cardsAreAddedMovedAndRemovedByKeyboard()
    {
        Fixture f;
        overwrite(f.line(0, ParameterField::Low), "1e-5");
        const auto press = [&](int row, int key, Qt::KeyboardModifiers modifiers) {
            f.line(row, ParameterField::Name).setFocus();
            QTest::keyClick(&f.line(row, ParameterField::Name), static_cast<Qt::Key>(key), modifiers);
            QCoreApplication::processEvents();
        };
        press(0, Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(f.line(1, ParameterField::Name).text(), QStringLiteral("lr"));
        press(1, Qt::Key_Up, Qt::AltModifier);
        QCOMPARE(f.line(0, ParameterField::Name).text(), QStringLiteral("lr"));
        press(0, Qt::Key_D, Qt::ControlModifier);
        QCOMPARE(f.list->count(), 5);
        QCOMPARE(f.line(1, ParameterField::Name).text(), QStringLiteral("lr_2"));
        press(1, Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(f.list->count(), 4);
        QVERIFY(!f.text().contains(QStringLiteral("lr_2")));
    }

    void theTextShowsTheBeginningOfWhatAFieldChanged()
    {
        Fixture f;
        f.page.resize(700, 600);
        overwrite(f.line(0, ParameterField::High), "0.12345");
        QTRY_VERIFY(f.text().contains(QStringLiteral("0.12345")));
        QVERIFY(f.editor->horizontalScrollBar()->maximum() > 0);
        QCOMPARE(f.editor->horizontalScrollBar()->value(), 0);
    }

    void aDroppedCardMoves()
    {
        Fixture f;
        QMimeData data;
        data.setData(QStringLiteral("application/x-widthwise-parameter-row"),
                     QByteArray::number(quintptr(f.list)) + " 0");
        const QPoint below(20, f.list->card(1)->geometry().bottom() - 4);
        QDragEnterEvent enter(below, Qt::MoveAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(f.list, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(below, Qt::MoveAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(f.list, &drop);
        QCOMPARE(f.line(1, ParameterField::Name).text(), QStringLiteral("lr"));
        QVERIFY(f.text().indexOf(QStringLiteral("  width:")) < f.text().indexOf(QStringLiteral("  lr:")));
    }

    void tabGoesThroughTheCardsAsTheyStand()
    {
        Fixture f;
        f.line(0, ParameterField::Name).setFocus();
        QTest::keyClick(&f.line(0, ParameterField::Name), Qt::Key_Down, Qt::AltModifier);
        QCoreApplication::processEvents();
        QList<QWidget*> stops = f.list->card(0)->tabStops() + f.list->card(1)->tabStops();
        stops.removeIf([](const QWidget* stop) { return !stop->isVisible(); });
        stops.first()->setFocus();
        for (QWidget* stop : std::as_const(stops)) {
            QVERIFY2(stop->hasFocus(), qPrintable(stop->accessibleName()));
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        }
    }

    void previewsShowASampleOfTheSearch()
    {
        Fixture f;
        auto* preview = f.list->card(0)->findChild<DistributionPreview*>();
        QTRY_VERIFY(preview->accessibleDescription().contains(QStringLiteral("1000")));
        const QImage before = preview->grab().toImage();
        choose(*f.form->field(QStringLiteral("search.algorithm")), "grid");
        QTRY_VERIFY(preview->grab().toImage() != before);
    }

    void dryRunShowsWhatATrialGets()
    {
        Fixture f;
        f.page.findChild<QTabWidget*>()->setCurrentIndex(1);
        auto* panel = f.page.findChild<DryRunPanel*>();
        QTRY_VERIFY(!panel->command().isEmpty());
        QVERIFY2(panel->command().startsWith(QStringLiteral("echo ")), qPrintable(panel->command()));
        QVERIFY(panel->config().contains(QStringLiteral("\"lr\": ")));
        QVERIFY(panel->environment().contains(QStringLiteral("WIDTHWISE_TRIAL=0")));
        const QString first = panel->command();
        for (QToolButton* button : panel->findChildren<QToolButton*>())
            if (button->accessibleName() == QStringLiteral("Next sample"))
                button->click();
        QVERIFY(panel->command() != first);
        QVERIFY(panel->environment().contains(QStringLiteral("WIDTHWISE_TRIAL=1")));
        for (QToolButton* button : panel->findChildren<QToolButton*>())
            if (button->accessibleName() == QStringLiteral("Copy: Command"))
                button->click();
        QCOMPARE(QApplication::clipboard()->text(), panel->command());
        overwrite(f.line("budget.trials"), "many");
        QTRY_VERIFY(panel->command().isEmpty() || !panel->findChild<QPlainTextEdit*>()->isVisible());
    }

    void dryRunShowsWhatSbatchWouldGet()
    {
        QTemporaryDir folder;
        QFile site(folder.filePath(QStringLiteral("juwels.yaml")));
        QVERIFY(site.open(QFile::WriteOnly));
        site.write("host: juwels\nscheduler: slurm\nfolder: /p/scratch/me\npartition: booster\n");
        site.close();
        ExperimentRecord record = draft(sampleText() + QStringLiteral("site: juwels.yaml\n"));
        record.baseDirectory = folder.path().toStdString();
        Fixture f(record);
        f.page.findChild<QTabWidget*>()->setCurrentIndex(1);
        auto* panel = f.page.findChild<DryRunPanel*>();
        QTRY_VERIFY(panel->batchScript().contains(QStringLiteral("#SBATCH --partition=booster\n")));
        QVERIFY2(panel->batchScript().contains(QStringLiteral("script=/p/scratch/me/sample.")),
                 qPrintable(panel->batchScript()));
        QVERIFY(panel->environment().contains(QStringLiteral("WIDTHWISE_TRIAL_DIR=/p/scratch/me/sample.")));
    }

    void dryRunListsWhatIsBroughtAlong()
    {
        const QTemporaryDir folder;
        for (const auto& [name, text] :
             {std::pair("far.yaml", "host: far\nfolder: /scratch/me\n"), std::pair("a.yaml", "conf")}) {
            QFile file(folder.filePath(QString::fromLatin1(name)));
            QVERIFY(file.open(QFile::WriteOnly));
            file.write(text);
        }
        ExperimentRecord record =
            draft(sampleText().replace(QStringLiteral("echo "), QStringLiteral("cat a.yaml; echo ")) +
                  QStringLiteral("site: far.yaml\n"));
        record.baseDirectory = folder.path().toStdString();
        Fixture f(record);
        f.page.findChild<QTabWidget*>()->setCurrentIndex(1);
        auto* panel = f.page.findChild<DryRunPanel*>();
        QTRY_COMPARE(panel->brought(), QStringLiteral("will be brought along: a.yaml (4 B)"));
    }

    void aStartedExperimentCanBeReadAndDuplicated()
    {
        ExperimentRecord record = draft();
        record.state = ExperimentState::Running;
        Fixture f(record);
        QVERIFY(f.editor->isReadOnly());
        QVERIFY(f.line(0, ParameterField::Low).isReadOnly());
        overwrite(f.line(0, ParameterField::Low), "1");
        QCOMPARE(f.text(), sampleText());
        QSignalSpy added(&f.client, &StoreClient::experimentAdded);
        auto* duplicate = f.page.findChild<QPushButton*>();
        QVERIFY(duplicate->isVisible());
        duplicate->click();
        QVERIFY(added.wait());
        const ExperimentRecord copy = f.store.find(added.first().first().toLongLong());
        QCOMPARE(QString::fromStdString(copy.yaml), sampleText());
        QCOMPARE(copy.state, ExperimentState::Draft);
        QCOMPARE(copy.parent, std::optional<std::int64_t>(77));
    }

    void editsReachTheStoreAndItsEchoIsNoEdit()
    {
        Fixture f;
        const std::int64_t id = f.store.addExperiment("stored", ExperimentState::Draft);
        ExperimentRecord record = f.store.find(id);
        f.page.showExperiment(record);
        QTest::keyClicks(f.editor, QStringLiteral("# a"));
        QTRY_VERIFY(f.store.find(id).yaml.starts_with("# a"));
        const ExperimentRecord echo = f.store.find(id);
        QTest::keyClicks(f.editor, QStringLiteral("b"));
        f.page.showExperiment(echo);
        QVERIFY(f.text().startsWith(QStringLiteral("# ab")));
        f.page.save();
        QTRY_VERIFY(f.store.find(id).yaml.starts_with("# ab"));

        record = f.store.find(id);
        record.yaml = sampleText().toStdString();
        f.page.showExperiment(record);
        QTRY_COMPARE(f.text(), sampleText());
    }

    void aNameThatIsTakenDoesNotCostTheText()
    {
        Fixture f;
        f.store.addExperiment("other", ExperimentState::Draft);
        const std::int64_t id = f.store.addExperiment("mine", ExperimentState::Draft);
        QSignalSpy listed(&f.client, &StoreClient::experimentsChanged);
        QTRY_VERIFY(!listed.isEmpty() &&
                    listed.last().first().value<widthwise::ui::ExperimentList>()->size() == 2);
        f.page.showExperiment(f.store.find(id));
        QSignalSpy failed(&f.client, &StoreClient::failed);
        overwrite(f.line("name"), "other");
        f.page.save();
        QTRY_VERIFY(f.store.find(id).yaml.find("name: other") != std::string::npos);
        QCOMPARE(f.store.find(id).name, "mine");
        QVERIFY(failed.isEmpty());
        overwrite(f.line("name"), "another");
        f.page.save();
        QTRY_COMPARE(f.store.find(id).name, "another");
    }

    void withoutAnExperimentItSaysSo()
    {
        Fixture f(ExperimentRecord{});
        QVERIFY(!f.editor->isVisible());
        bool said = false;
        for (const QLabel* label : f.page.findChildren<QLabel*>())
            said = said ||
                   (label->isVisible() && label->text().contains(QStringLiteral("No experiment is chosen")));
        QVERIFY(said);
    }

    void everyControlHasAName()
    {
        Fixture f;
        for (const QWidget* control : f.page.findChildren<QWidget*>()) {
            const bool stop = (control->focusPolicy() & Qt::TabFocus) != 0 && control->isVisible();
            const bool own = qobject_cast<const QLineEdit*>(control) != nullptr ||
                             qobject_cast<const QComboBox*>(control) != nullptr ||
                             qobject_cast<const QToolButton*>(control) != nullptr ||
                             qobject_cast<const QPlainTextEdit*>(control) != nullptr;
            if (stop && own)
                QVERIFY2(!control->accessibleName().isEmpty(), control->metaObject()->className());
        }
    }
};

WIDTHWISE_UI_TEST_MAIN(TestDesignPage)
#include "tst_design_page.moc"
