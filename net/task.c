#include "net/task.h"

#include <stddef.h>
#include <string.h>

#include "net/loop.h"

void
task_start(struct task *task, struct loop *loop, struct task *parent,
    enum step (*run)(struct task *))
{
	memset(task, 0, sizeof(*task));
	task->loop = loop;
	task->parent = parent;
	task->run = run;
	task_wake(task);
}

void
task_wake(struct task *task)
{
	if (task == NULL || task->queued || task->done || task->loop == NULL)
		return;
	task->queued = true;
	loop_ready(task->loop, task);
}

void
task_stop(struct task *task)
{
	if (task->queued)
		loop_unready(task->loop, task);
	task->queued = false;
	task->done = true;
}

void
task_run(struct task *task)
{
	struct task *parent = task->parent;

	if (task->done)
		return;
	if (task->run(task) == STEP_DONE) {
		task->done = true;
		task_wake(parent);
	}
}
