// Imported first: what asks MiniStack here asks the second one. Two deployments of one name have no room in the first.
process.env.MINISTACK_URL = process.env.SECOND_MINISTACK_URL;
