// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/earlier_trials.h"
#include "core/experiment/experiment_file.h"
#include "tests/ui/design/design_fixture.h"
#include "tests/ui/fields_in_view.h"
#include "tests/ui/ui_test.h"

#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace widthwise;
using namespace widthwise::ui;

using Fixture = DesignFixture;

namespace {

/// All that the form says.
QString shown(const DesignFixture& f)
{
    QString all;
    for (const QLabel* label : f.form->findChildren<QLabel*>())
        if (label->isVisible())
            all += label->text() + u'\n';
    return all;
}

} // namespace

/// The form beside the text: its fields, what they refuse, and where the draft is saved.
class TestDesignForm : public UiTest {
    Q_OBJECT
private Q_SLOTS:
    /// The text has no error, but what the form says is not what would start.
    void aRefusedFieldIsAProblemOfTheDesign()
    {
        Fixture f;
        QCOMPARE(f.status(), QStringLiteral("saved in the store"));
        QVERIFY(f.page.save().isEmpty());
        overwrite(f.line(0, ParameterField::Low), "abc");
        QVERIFY2(f.status().startsWith(QStringLiteral("1 problem · ")), qPrintable(f.status()));
        QVERIFY2(f.page.save().contains(QStringLiteral("1 problem")), qPrintable(f.page.save()));

        auto* problems = f.page.findChild<ProblemList*>();
        QCOMPARE(problems->model()->rowCount(), 1);
        const QModelIndex first = problems->model()->index(0, 0);
        QVERIFY2(first.data().toString().startsWith(QStringLiteral("space.lr.low: Not a number")),
                 qPrintable(first.data().toString()));
        f.editor->setFocus();
        f.page.showProblem();
        QVERIFY(f.line(0, ParameterField::Low).hasFocus());
        f.editor->setFocus();
        QTest::mouseClick(problems->viewport(), Qt::LeftButton, {}, problems->visualRect(first).center());
        QVERIFY(f.line(0, ParameterField::Low).hasFocus());

        overwrite(f.line(0, ParameterField::Name), "rate"); // the card has another key from now on
        overwrite(f.line(0, ParameterField::Low), "1e-5");
        QVERIFY2(!f.problems().contains(QStringLiteral("Not a number")), qPrintable(f.problems()));
        QVERIFY(f.list->card(0)->field(ParameterField::Low).problem().isEmpty());
    }

    /// What was refused goes with the field that shows it.
    void aRefusalEndsWithItsField_data()
    {
        QTest::addColumn<int>("how");
        QTest::newRow("undo") << 0;
        QTest::newRow("another type") << 1;
        QTest::newRow("no parameter") << 2;
        QTest::newRow("another experiment with the same values") << 3;
        QTest::newRow("started elsewhere") << 4;
    }
    void aRefusalEndsWithItsField()
    {
        QFETCH(int, how);
        Fixture f;
        overwrite(f.line(0, ParameterField::Low), "abc");
        QVERIFY(f.status().contains(QStringLiteral("1 problem")));
        ExperimentRecord other = draft();
        if (how == 0)
            QTest::keyClick(&f.line(0, ParameterField::Low), Qt::Key_Z, Qt::ControlModifier);
        else if (how == 1)
            choose(f.list->card(0)->field(ParameterField::Type), "categorical");
        else if (how == 2)
            QTest::keyClick(&f.line(0, ParameterField::Low), Qt::Key_R,
                            Qt::ControlModifier | Qt::ShiftModifier);
        else if (how == 3)
            other.id = 78;
        else
            other.state = ExperimentState::Running;
        if (how >= 3)
            f.page.showExperiment(other);
        QTRY_VERIFY2(!f.problems().contains(QStringLiteral("Not a number")), qPrintable(f.problems()));
        if (how >= 3)
            QCOMPARE(f.line(0, ParameterField::Low).text(), QStringLiteral("0.0001"));
    }

    /// Nothing is cut off: what does not fit goes into another line.
    void formRowsWrap_data()
    {
        QTest::addColumn<int>("width");
        QTest::newRow("900 pixels") << 900 - 160;
        QTest::newRow("a screen of 1366 pixels at scale 2") << 683 - 160;
    }
    void formRowsWrap()
    {
        QFETCH(int, width);
        Fixture f;
        f.page.resize(width, 500);
        QCOMPARE(f.page.width(), width); // it can be as narrow as that
        QApplication::processEvents();
        QCOMPARE(cutOff(f.page), QString());
        const Field* nodes = f.form->field(QStringLiteral("resources.nodes"));
        const Field* site = f.form->field(QStringLiteral("site"));
        QVERIFY(nodes->geometry().top() > site->geometry().top());
        for (const Field* a : f.form->findChildren<Field*>())
            for (const Field* b : f.form->findChildren<Field*>())
                QVERIFY(a == b || !a->isVisible() || !b->isVisible() ||
                        !a->geometry().intersects(b->geometry()));
    }

    /// Sizes of the model as rungs: written, read, refused and taken out, beside what else there is.
    void rungsMayBeSizesOfTheModel()
    {
        const QString searched =
            QStringLiteral("width:\n    type: integer\n    low: 8     # at least\n    high: 64\n");
        Fixture f(draft(sampleText().replace(searched, QStringLiteral("width: 8\n"))));
        Field* kind = f.form->field(QStringLiteral("fidelity.kind"));
        Field* sizes = f.form->field(QStringLiteral("fidelity.values"));
        QVERIFY(!kind->isVisible() && !sizes->isVisible());
        choose(*f.form->field(QStringLiteral("schedule.type")), "asha");
        QVERIFY(kind->isVisible() && !sizes->isVisible());
        QVERIFY2(shown(f).contains(QStringLiteral("give min_steps")), qPrintable(shown(f)));
        overwrite(f.line("fidelity.kind"), "width");
        QTRY_VERIFY(sizes->isVisible());
        QVERIFY2(shown(f).contains(QStringLiteral("fidelity: the key values is missing")),
                 qPrintable(shown(f)));
        overwrite(f.line("fidelity.values"), "8, 16 32");
        QVERIFY2(f.text().contains(QStringLiteral("fidelity:\n  kind: width\n  values: [8, 16, 32]\n")),
                 qPrintable(f.text()));
        QCOMPARE(f.problems(), QString());
        overwrite(f.line("fidelity.values"), "8, 4");
        QVERIFY2(sizes->problem().contains(QStringLiteral("expected more than 8")),
                 qPrintable(sizes->problem()));
        overwrite(f.line("fidelity.kind"), "depth");
        QVERIFY2(kind->problem().contains(QStringLiteral("depth names no parameter")),
                 qPrintable(kind->problem()));
        for (const char* key : {"fidelity.kind", "fidelity.values"}) {
            f.line(key).setFocus();
            f.line(key).selectAll();
            QTest::keyClick(&f.line(key), Qt::Key_Delete);
        }
        QVERIFY2(!f.text().contains(QStringLiteral("fidelity")), qPrintable(f.text()));
    }

    void aListReadsBackAsItIs()
    {
        QString text = sampleText() + QStringLiteral("schedule: {type: asha}\n"
                                                     "fidelity: {kind: width, values: [8, 16]} # so\n");
        Fixture f(draft(text));
        QCOMPARE(f.line("fidelity.values").text(), QStringLiteral("8, 16"));
        overwrite(f.line("fidelity.values"), "8,24");
        QCOMPARE(f.text(), text.replace(QStringLiteral("[8, 16]"), QStringLiteral("[8, 24]")));
    }

    /// Where the length of a run is known; and it goes with the choice.
    void aSchedulerBringsItsFirstRung()
    {
        const QString trainer = sampleText().replace(
            QStringLiteral("command: echo {lr} {width} {optimizer}"),
            QStringLiteral("trainer: {model: mlp, data: toy.h5, steps: 2700, schedule: constant}"));
        Fixture f(draft(trainer));
        choose(*f.form->field(QStringLiteral("schedule.type")), "asha");
        QVERIFY2(f.text().contains(QStringLiteral("schedule:\n  type: asha\n  min_steps: 100\n")),
                 qPrintable(f.text()));
        QCOMPARE(f.line("schedule.min_steps").text(), QStringLiteral("100"));
        overwrite(f.line("schedule.min_steps"), "300");
        choose(*f.form->field(QStringLiteral("schedule.type")), "pbt");
        QCOMPARE(f.line("schedule.min_steps").text(), QStringLiteral("300")); // what was chosen stays
        Fixture undone(draft(trainer));
        choose(*undone.form->field(QStringLiteral("schedule.type")), "hyperband");
        QVERIFY(undone.text().contains(QStringLiteral("min_steps: 100")));
        undone.editor->setFocus();
        QTest::keyClick(undone.editor, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(undone.text(), trainer);
    }

    void anExperimentBeginsWithEarlierOnes()
    {
        Fixture f;
        Field* begins = f.form->field(QStringLiteral("search.warm_start"));
        QVERIFY(begins->isVisible());
        overwrite(f.line("search.warm_start"), "gn2-lr, gn2-lr-2");
        QVERIFY2(f.text().contains(QStringLiteral("warm_start: [gn2-lr, gn2-lr-2]")), qPrintable(f.text()));
        QCOMPARE(f.problems(), QString());
        overwrite(f.line("search.warm_start"), "all");
        QVERIFY2(f.text().contains(QStringLiteral("warm_start: all\n")), qPrintable(f.text()));
        QCOMPARE(f.line("search.warm_start").text(), QStringLiteral("all"));
        QCOMPARE(parseExperiment(f.text().toStdString()).search.warmStart,
                 std::vector<std::string>{everyExperiment});
        f.line("search.warm_start").selectAll();
        QTest::keyClick(&f.line("search.warm_start"), Qt::Key_Delete);
        QVERIFY2(!f.text().contains(QStringLiteral("warm_start")), qPrintable(f.text()));
        choose(*f.form->field(QStringLiteral("search.algorithm")), "grid");
        QVERIFY(!begins->isVisible());
    }

    void aSingleOneMayStandWithoutBrackets()
    {
        Fixture f(draft(sampleText() + QStringLiteral("search: {warm_start: one} # so\n")));
        QCOMPARE(f.line("search.warm_start").text(), QStringLiteral("one"));
        overwrite(f.line("search.warm_start"), "one two");
        QVERIFY2(f.text().contains(QStringLiteral("search: {warm_start: [one, two]} # so\n")),
                 qPrintable(f.text()));
    }

    void whatIsChosenIsSaidInASentence()
    {
        Fixture f;
        QVERIFY2(shown(f).contains(QStringLiteral("auto: ")), qPrintable(shown(f)));
        QVERIFY(!shown(f).contains(QStringLiteral("asha: ")));
        choose(*f.form->field(QStringLiteral("search.algorithm")), "tpe");
        choose(*f.form->field(QStringLiteral("schedule.type")), "asha");
        QVERIFY2(shown(f).contains(QStringLiteral("tpe: ")) && shown(f).contains(QStringLiteral("asha: ")),
                 qPrintable(shown(f)));
    }

    void typesAreCalledAsInTheFile()
    {
        Fixture f;
        const auto& type = static_cast<ChoiceField&>(f.list->card(0)->field(ParameterField::Type));
        QStringList shown;
        for (int i = 0; i < type.editor()->count(); ++i)
            shown.append(type.editor()->itemText(i));
        QCOMPARE(shown, (QStringList{QStringLiteral("float"), QStringLiteral("integer"),
                                     QStringLiteral("categorical"), QStringLiteral("fixed")}));
        const auto* direction =
            static_cast<ChoiceField*>(f.form->field(QStringLiteral("objective.direction")));
        QCOMPARE(direction->editor()->currentText(), QStringLiteral("minimize"));
    }

    void aConditionIsOfferedOnCategoricalParametersFirst()
    {
        Fixture f;
        ParameterCard& momentum = *f.list->card(3);
        const auto& on = static_cast<ChoiceField&>(momentum.field(ParameterField::Condition));
        const auto toggle = [&](const QString& text) {
            for (QAction* action : momentum.actions())
                if (action->text() == text)
                    action->trigger();
        };
        QCOMPARE(on.editor()->itemText(1), QStringLiteral("optimizer"));
        QCOMPARE(on.editor()->itemText(2), QStringLiteral("width"));
        QCOMPARE(on.editor()->itemText(3), QStringLiteral("lr")); // a few of its values at most
        toggle(QStringLiteral("Make unconditional"));
        QTRY_VERIFY(!f.text().contains(QStringLiteral("when:")));
        toggle(QStringLiteral("Make conditional"));
        QTRY_VERIFY2(f.text().contains(QStringLiteral("when: {optimizer: [adam]}")), qPrintable(f.text()));
    }

    void anOpenedFileIsSavedAndWatched()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("search.yaml"));
        const auto readFile = [&] {
            QFile file(path);
            return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
        };
        const auto writeFile = [&](const QString& text) {
            QFile file(path);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(text.toUtf8());
        };
        writeFile(sampleText());
        Fixture f(ExperimentRecord{});
        ExperimentRecord record = draft();
        record.baseDirectory = folder.path().toStdString();
        const QSignalSpy listed(&f.client, &StoreClient::experimentsChanged);
        f.client.addFile(record, path);
        QTRY_VERIFY(!f.store.find(1).name.empty());
        QTRY_VERIFY(!listed.isEmpty() && !listed.last()[0].value<ExperimentList>()->empty());
        f.page.showExperiment(f.store.find(1));
        QCOMPARE(f.status(), QStringLiteral("saved in search.yaml"));

        overwrite(f.line("budget.trials"), "20");
        QTRY_COMPARE(f.status(), QStringLiteral("saved in the store, not yet in search.yaml"));
        QCOMPARE(readFile(), sampleText());
        QTest::keyClick(&f.line("budget.trials"), Qt::Key_S, Qt::ControlModifier);
        QTRY_COMPARE(f.status(), QStringLiteral("saved in search.yaml"));
        QCOMPARE(readFile(), f.text());

        writeFile(sampleText());
        auto* reload = f.page.findChild<QPushButton*>(QStringLiteral("reloadFile"));
        QTRY_VERIFY(reload->isVisible());
        QCOMPARE(f.status(), QStringLiteral("saved in the store; search.yaml differs"));
        QTest::mouseClick(reload, Qt::LeftButton);
        QCOMPARE(f.text(), sampleText());
        QVERIFY(!reload->isVisible());
        QTest::keyClick(&f.line("budget.trials"), Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(f.text().contains(QStringLiteral("trials: 20")));
    }
};

WIDTHWISE_UI_TEST_MAIN(TestDesignForm)
#include "tst_design_form.moc"
