// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/design/sample_text.h"
#include "tests/ui/ui_test.h"
#include "ui/design/experiment_document.h"
#include "ui/design/parameter_model.h"
#include "ui/editing/problem_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace widthwise;
using namespace widthwise::ui;

namespace {

constexpr auto reportFailure = QAbstractItemModelTester::FailureReportingMode::QtTest;

struct Fixture {
    Fixture() { document.load(sampleText()); }
    QString at(int row, ParameterField field) const
    {
        return model.index(row, static_cast<int>(field)).data().toString();
    }
    QStringList names() const
    {
        QStringList names;
        for (int row = 0; row < model.rowCount(); ++row)
            names.append(at(row, ParameterField::Name));
        return names;
    }

    ExperimentDocument document;
    ParameterModel model{document};
    QAbstractItemModelTester tester{&model, reportFailure};
};

QStringList list(const char* names)
{
    return QString::fromUtf8(names).split(u' ');
}

} // namespace

class TestParameterModel : public UiTest {
    Q_OBJECT
private Q_SLOTS:
    void showsTheSpace()
    {
        Fixture f;
        QCOMPARE(f.names(), list("lr width optimizer momentum"));
        QCOMPARE(f.at(0, ParameterField::Low), QStringLiteral("0.0001"));
        QCOMPARE(f.at(0, ParameterField::Scale), QStringLiteral("log"));
        QCOMPARE(f.at(1, ParameterField::Type), QStringLiteral("integer"));
        QCOMPARE(f.at(2, ParameterField::Values), QStringLiteral("adam, sgd"));
        QCOMPARE(f.at(3, ParameterField::Condition), QStringLiteral("optimizer"));
        QCOMPARE(f.at(3, ParameterField::ConditionValues), QStringLiteral("sgd"));
        const QModelIndex bounds = f.model.index(2, static_cast<int>(ParameterField::Low));
        QVERIFY(!(f.model.flags(bounds) & Qt::ItemIsEditable));
    }

    void rowsComeAndGoWithTheText()
    {
        Fixture f;
        QSignalSpy inserted(&f.model, &QAbstractItemModel::rowsInserted);
        QSignalSpy removed(&f.model, &QAbstractItemModel::rowsRemoved);
        QSignalSpy moved(&f.model, &QAbstractItemModel::rowsMoved);
        QSignalSpy reset(&f.model, &QAbstractItemModel::modelReset);
        f.model.add(QStringLiteral("categorical"));
        QCOMPARE(f.names(), list("lr width optimizer momentum parameter"));
        f.model.duplicate(1);
        QCOMPARE(f.names(), list("lr width width_2 optimizer momentum parameter"));
        f.model.duplicate(2);
        QCOMPARE(f.names(), list("lr width width_2 width_3 optimizer momentum parameter"));
        QVERIFY(f.model.removeRows(3, 1));
        QVERIFY(f.model.removeRows(5, 1));
        QVERIFY(f.model.moveRows({}, 0, 1, {}, 3));
        QCOMPARE(f.names(), list("width width_2 lr optimizer momentum"));
        QVERIFY(f.model.moveRows({}, 2, 1, {}, 0));
        QCOMPARE(f.names(), list("lr width width_2 optimizer momentum"));
        QCOMPARE(inserted.size(), 3);
        QCOMPARE(removed.size(), 2);
        QCOMPARE(moved.size(), 2);
        while (f.document.history().canUndo())
            f.document.history().undo();
        QCOMPARE(f.names(), list("lr width optimizer momentum"));
        QCOMPARE(f.document.text(), sampleText());
        QCOMPARE(reset.size(), 0);
    }

    void typingInTheTextIsFollowed()
    {
        Fixture f;
        f.document.type(sampleText().replace(QStringLiteral("  optimizer: [adam, sgd]\n"),
                                             QStringLiteral("  depth: 3\n  optimizer: [adam, sgd]\n")));
        QCOMPARE(f.names(), list("lr width depth optimizer momentum"));
        f.document.type(QStringLiteral("name: [\n"));
        QCOMPARE(f.names(), list("lr width depth optimizer momentum"));
        f.document.load(QStringLiteral("name: other\n"));
        QCOMPARE(f.model.rowCount(), 0);
    }

    void editsWriteTheText()
    {
        Fixture f;
        const QModelIndex high = f.model.index(0, static_cast<int>(ParameterField::High));
        QVERIFY(f.model.setData(high, QStringLiteral("0.5")));
        QVERIFY(
            f.document.text().contains(QStringLiteral("low: 1e-4, high: 0.5, scale: log}   # per decade")));
        QCOMPARE(f.document.history().undoText(), QStringLiteral("Change high of lr"));
        QVERIFY(!f.model.setData(high, QStringLiteral("half")));
        QVERIFY(!f.model.edit(0, ParameterField::High, QStringLiteral("half")).isEmpty());
        QCOMPARE(f.at(0, ParameterField::High), QStringLiteral("0.5"));
    }

    void anotherNameIsFollowedByConditions()
    {
        Fixture f;
        QVERIFY(f.model.edit(2, ParameterField::Name, QStringLiteral("method")).isEmpty());
        QCOMPARE(f.at(3, ParameterField::Condition), QStringLiteral("method"));
        QVERIFY(!f.model.edit(2, ParameterField::Name, QStringLiteral("lr")).isEmpty());
        QVERIFY(!f.model.edit(2, ParameterField::Name, QStringLiteral(" ")).isEmpty());
    }

    void problemsStandAtTheirField()
    {
        Fixture f;
        QVERIFY(f.model.edit(1, ParameterField::Low, QStringLiteral("100")).isEmpty());
        QString problems;
        for (int column = 0; column < parameterFieldCount; ++column)
            problems += f.model.index(1, column).data(ParameterModel::ProblemRole).toString();
        QVERIFY2(!problems.isEmpty(), qPrintable(f.document.problemsBelow(QStringLiteral("space.width"))));
        QVERIFY(f.model.index(0, 0).data(ParameterModel::ProblemRole).toString().isEmpty());
    }

    void readOnlyRefuses()
    {
        Fixture f;
        f.document.setReadOnly(true);
        QVERIFY(!f.model.removeRows(0, 1));
        QVERIFY(!f.model.moveRows({}, 0, 1, {}, 2));
        QVERIFY(!(f.model.flags(f.model.index(0, 0)) & Qt::ItemIsEditable));
        QCOMPARE(f.model.rowCount(), 4);
    }

    void problemsAreListed()
    {
        ExperimentDocument document;
        ProblemModel problems(document);
        QAbstractItemModelTester tester(&problems, reportFailure);
        document.load(sampleText());
        QCOMPARE(problems.rowCount(), 0);
        document.type(sampleText().replace(QStringLiteral("trials: 12"), QStringLiteral("trials: many")));
        QCOMPARE(problems.rowCount(), 1);
        QCOMPARE(problems.problem(0).line, 18);
        QVERIFY(problems.index(0).data().toString().startsWith(QStringLiteral("Line 18: budget.trials: ")));
    }
};

WIDTHWISE_UI_TEST_MAIN(TestParameterModel)
#include "tst_parameter_model.moc"
